import type { GetTokenOptions, TokenCredential } from "@azure/core-auth";

/** Who we are to Azure. */
export type CredentialChoice =
  | { readonly kind: "managed-identity"; readonly clientId: string | null }
  /** The developer's own sign-in, for looking at real Azure from a laptop. */
  | { readonly kind: "developer" }
  /** A fixed word instead of a token; only simulated Azure takes it. */
  | { readonly kind: "local" };

/** A credential that loads the sign-in library only when a real token is wanted. */
export function createCredential(choice: CredentialChoice): TokenCredential {
  if (choice.kind === "local") return localCredential;
  let loading: Promise<TokenCredential> | undefined;
  return {
    async getToken(scopes: string | string[], options?: GetTokenOptions) {
      loading ??= load(choice);
      return (await loading).getToken(scopes, options);
    },
  };
}

const hour = 3_600_000;

const localCredential: TokenCredential = {
  getToken: async () => ({ token: "local", expiresOnTimestamp: Date.now() + 24 * hour }),
};

async function load(choice: Exclude<CredentialChoice, { kind: "local" }>) {
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import("@azure/identity");
  if (choice.kind === "developer") return new DefaultAzureCredential();
  return choice.clientId === null
    ? new ManagedIdentityCredential()
    : new ManagedIdentityCredential({ clientId: choice.clientId });
}

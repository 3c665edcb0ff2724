import { shellOption, shellWord } from "../shell-word.ts";
import type { Target } from "../target.ts";

type Named = Pick<Target, "name" | "resourceGroup" | "subscriptionId">;

/** `-g rg -n name --subscription id`, safe to paste. */
export const named = ({ name, resourceGroup, subscriptionId }: Named): string =>
  [
    shellOption("-g", "--resource-group", resourceGroup),
    shellOption("-n", "--name", name),
    shellOption("--subscription", "--subscription", subscriptionId),
  ].join(" ");

/** A command on the cluster itself, such as `az aks show`. */
export const aks = (verb: string, target: Named, options = ""): string =>
  `az aks ${verb} ${named(target)}${options ? ` ${options}` : ""}`;

/** Reads one property of the cluster. */
export const aksShow =
  (query: string) =>
  (target: Named): readonly string[] => [aks("show", target, `--query ${shellWord(query)}`)];

/** Sets something on the cluster. */
export const aksUpdate = (target: Named, options: string): string => aks("update", target, options);

/** Sets something on the registry. */
export const acrUpdate = (target: Named, options: string): string =>
  `az acr update ${named(target)} ${options}`;

/** Reads one property of the registry. */
export const acrShow =
  (query: string) =>
  (target: Named): readonly string[] => [
    `az acr show ${named(target)} --query ${shellWord(query)}`,
  ];

/** A resource by its id. */
export const byId = (option: string, { resourceId }: Pick<Target, "resourceId">): string =>
  `${option} ${shellWord(resourceId)}`;

/** `-r name --subscription id`, for what belongs to a registry. */
export const ofRegistry = ({ name, subscriptionId }: Named): string =>
  [
    shellOption("-r", "--registry", name),
    shellOption("--subscription", "--subscription", subscriptionId),
  ].join(" ");

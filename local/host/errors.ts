/** The app or its settings cannot run on this host; the message names what, where, and how to mend it. */
export class HostStartError extends Error {
  override readonly name = "HostStartError";
}

/** A function threw; the message is what the worker would have reported. */
export class FunctionFailure extends Error {
  override readonly name = "FunctionFailure";
  readonly remoteStack: string;
  constructor(message: string, remoteStack: string) {
    super(message);
    this.remoteStack = remoteStack;
  }
}

/** A function ran longer than host.json's functionTimeout. */
export class FunctionTimeout extends Error {
  override readonly name = "FunctionTimeout";
}

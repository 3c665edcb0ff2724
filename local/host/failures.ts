import { type FunctionFailure, FunctionTimeout } from "./errors.ts";

/** How a failed activity or sub-orchestration appears in the history. */
export interface FailureText {
  readonly reason: string;
  readonly details: string;
}

const replacement = "[Hidden Credential]";
const credentials = [
  "token=",
  "defaultendpointsprotocol=http",
  "accountkey=",
  "data source=",
  "server=",
  "password=",
  "pwd=",
  "&amp;sig=",
  "&sig=",
  "?sig=",
  "sharedaccesskey=",
  "&amp;code=",
  "&code=",
  "?code=",
  "key=",
];

/** Hides what looks like a credential, and the text behind it up to a quote, as the host's sanitizer does. */
export function sanitize(text: string): string {
  let result = text;
  for (const token of credentials) {
    for (let from = 0; ; ) {
      const start = result.toLowerCase().indexOf(token, from);
      if (start < 0) break;
      const length = result.slice(start).search(/[<"']/);
      const end = length < 0 ? result.length : start + length;
      result = result.slice(0, start) + replacement + result.slice(end);
      from = start + replacement.length;
    }
  }
  return result;
}

const noStack = {
  HelpURL: null,
  StackTraceString: null,
  RemoteStackTraceString: null,
  RemoteStackIndex: 0,
  ExceptionMethod: null,
  HResult: -2146233088,
  Source: null,
  WatsonBuckets: null,
};

/** The failure of an activity that threw, or ran into the function timeout. */
export function activityFailure(
  name: string,
  error: FunctionFailure | FunctionTimeout,
): FailureText {
  return error instanceof FunctionTimeout ? hostFailure(name, error.message) : thrown(name, error);
}

/** The failure of an activity that the host itself ended; one space less than when the function threw. */
export function hostFailure(name: string, message: string): FailureText {
  const details = {
    $type: "System.Exception, System.Private.CoreLib",
    ClassName: "System.Exception",
    Message: message,
    Data: null,
    InnerException: null,
    ...noStack,
  };
  return {
    reason: `Activity function '${name}' failed: ${message}`,
    details: JSON.stringify(details),
  };
}

function thrown(name: string, error: FunctionFailure): FailureText {
  const message = sanitize(error.message);
  const stack = sanitize(error.remoteStack);
  const details = {
    $type: "System.Exception, System.Private.CoreLib",
    ClassName: "System.Exception",
    Message: ` ${message}`,
    Data: null,
    InnerException: {
      $type:
        "Microsoft.Azure.WebJobs.Script.Workers.Rpc.RpcException, Microsoft.Azure.WebJobs.Script",
      IsUserException: false,
      RemoteStackTrace: stack,
      RemoteMessage: message,
      RemoteTypeName: null,
      Message: `Result: Failure\nException: ${message}\nStack: ${stack}`,
      Data: null,
      InnerException: null,
      HelpLink: null,
      Source: null,
      HResult: -2146233088,
      StackTrace: null,
    },
    ...noStack,
  };
  return {
    reason: `Activity function '${name}' failed:  ${message}`,
    details: JSON.stringify(details),
  };
}

/** Output of an orchestration that failed. */
export function orchestratorFailure(name: string, error: string): string {
  return `Orchestrator function '${name}' failed: ${error}`;
}

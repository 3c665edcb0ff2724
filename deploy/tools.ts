import { type Check, missing, ok } from "./check.ts";
import { run } from "./command.ts";

const looked = { about: null, title: "Azure CLI" };

/** Whether the hooks find the Azure CLI, signed in: they make the Entra application with it. */
export function checkTools(): Check {
  try {
    run("az", ["version"]);
  } catch {
    return missing(looked, "not found", "install it: https://aka.ms/install-azure-cli");
  }
  try {
    return ok(
      looked,
      `signed in as ${run("az", ["account", "show", "--query", "user.name", "--output", "tsv"])}`,
    );
  } catch {
    return missing(looked, "not signed in", "az login");
  }
}

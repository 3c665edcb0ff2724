import {
  az,
  type Change,
  type GuideContext,
  inTemplates,
  type Recipe,
  type Source,
  words,
} from "./entry.ts";

type Setting = Omit<Recipe, "source" | "change"> & {
  readonly az: (context: GuideContext) => readonly string[];
  readonly terraform: string | null;
  readonly bicep: string | null;
  /** What to do before, or instead where no command can do it. */
  readonly note?: string;
};

/** An entry about a setting of an Azure resource: a command, a Terraform line and a Bicep line. */
export const settingOf =
  (source: Source) =>
  ({ az: commands, terraform, bicep, note, ...entry }: Setting): Recipe => ({
    ...entry,
    source,
    change: (context): readonly Change[] => [
      ...(note ? [words(note)] : []),
      ...copied(commands(context)),
      ...inTemplates(terraform, bicep),
    ],
  });

const copied = (commands: readonly string[]): readonly Change[] =>
  commands.length > 0 ? [az(...commands)] : [];

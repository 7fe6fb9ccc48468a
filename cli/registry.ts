/**
 * The only list of commands with arguments of ours; those that run a program are in passthrough.ts.
 * Tests, help, completion and the docs walk both. An entry loads its command only when it is used,
 * and so repeats its summary: a test compares the two.
 */
import type { Entry } from "./command.ts";

export const ENTRIES: readonly Entry[] = [
  {
    path: ["agents"],
    summary: "List the agents",
    load: async () => (await import("./commands/agents.ts")).agents,
  },
  {
    path: ["box", "list"],
    summary: "List the boxes",
    load: async () => (await import("./commands/box/list.ts")).boxList,
  },
  {
    path: ["box", "logs"],
    summary: "Print the life of a box, one JSON object per line",
    load: async () => (await import("./commands/box/logs.ts")).boxLogs,
  },
  {
    path: ["box", "remove"],
    summary: "Remove boxes and all that is only in them",
    load: async () => (await import("./commands/box/remove.ts")).boxRemove,
  },
  {
    path: ["box", "stop"],
    summary: "Stop the programs of boxes",
    load: async () => (await import("./commands/box/stop.ts")).boxStop,
  },
  {
    path: ["completion"],
    summary: "Print the completion script of a shell",
    load: async () => (await import("./commands/completion.ts")).completion,
  },
  {
    path: ["config", "check"],
    summary: "Find mistakes in the settings",
    load: async () => (await import("./commands/config/check.ts")).configCheck,
  },
  {
    path: ["config", "edit"],
    summary: "Open the settings in your editor and check them",
    load: async () => (await import("./commands/config/edit.ts")).configEdit,
  },
  {
    path: ["config", "get"],
    summary: "Print settings that are in force",
    load: async () => (await import("./commands/config/get.ts")).configGet,
  },
  {
    path: ["config", "path"],
    summary: "Print where the settings are",
    load: async () => (await import("./commands/config/path.ts")).configPath,
  },
  {
    path: ["config", "set"],
    summary: "Change a setting, and keep the comments of the file",
    load: async () => (await import("./commands/config/set.ts")).configSet,
  },
  {
    path: ["demo"],
    summary: "Show on a throwaway project what a box refuses",
    load: async () => (await import("./commands/demo.ts")).demo,
  },
  {
    path: ["engine", "list"],
    summary: "List the engines and say which one would be taken",
    load: async () => (await import("./commands/engine/list.ts")).engineList,
  },
  {
    path: ["help"],
    summary: "Show help for a command",
    load: async () => (await import("./commands/help.ts")).help(ENTRIES),
  },
  {
    path: ["image", "build"],
    summary: "Build the image that boxes are made from",
    load: async () => (await import("./commands/image/build.ts")).imageBuild,
  },
  {
    path: ["image", "list"],
    summary: "List the images",
    load: async () => (await import("./commands/image/list.ts")).imageList,
  },
  {
    path: ["image", "remove"],
    summary: "Remove images",
    load: async () => (await import("./commands/image/remove.ts")).imageRemove,
  },
  {
    path: ["version"],
    summary: "Print the version",
    load: async () => (await import("./commands/version.ts")).version,
  },
];

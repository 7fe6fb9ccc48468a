/**
 * The only list of commands with arguments of ours; those that run a program are in passthrough.ts.
 * Tests, help, completion and the docs walk both. An entry loads its command only when it is used,
 * and so repeats its summary: a test compares the two.
 */
import type { Entry } from "./command.ts";

/** All of them at once: one file more to read costs an agent's start more than it saves a list's. */
const commands = () => import("./commands/all.ts");

export const ENTRIES: readonly Entry[] = [
  {
    path: ["agents"],
    summary: "List the agents",
    load: async () => (await commands()).agents,
  },
  {
    path: ["box", "list"],
    summary: "List the boxes",
    load: async () => (await commands()).boxList,
  },
  {
    path: ["box", "logs"],
    summary: "Print the life of a box, one JSON object per line",
    load: async () => (await commands()).boxLogs,
  },
  {
    path: ["box", "remove"],
    summary: "Remove boxes and all that is only in them",
    load: async () => (await commands()).boxRemove,
  },
  {
    path: ["box", "stop"],
    summary: "Stop the programs of boxes",
    load: async () => (await commands()).boxStop,
  },
  {
    path: ["completion"],
    summary: "Print the completion script of a shell",
    load: async () => (await commands()).completion,
  },
  {
    path: ["config", "check"],
    summary: "Find mistakes in the settings",
    load: async () => (await commands()).configCheck,
  },
  {
    path: ["config", "edit"],
    summary: "Open the settings in your editor and check them",
    load: async () => (await commands()).configEdit,
  },
  {
    path: ["config", "get"],
    summary: "Print settings that are in force",
    load: async () => (await commands()).configGet,
  },
  {
    path: ["config", "path"],
    summary: "Print where the settings are",
    load: async () => (await commands()).configPath,
  },
  {
    path: ["config", "set"],
    summary: "Change a setting, and keep the comments of the file",
    load: async () => (await commands()).configSet,
  },
  {
    path: ["demo"],
    summary: "Show on a throwaway project what a box refuses",
    load: async () => (await commands()).demo,
  },
  {
    path: ["engine", "list"],
    summary: "List the engines and say which one would be taken",
    load: async () => (await commands()).engineList,
  },
  {
    path: ["help"],
    summary: "Show help for a command",
    load: async () => (await commands()).help(ENTRIES),
  },
  {
    path: ["image", "build"],
    summary: "Build the image that boxes are made from",
    load: async () => (await commands()).imageBuild,
  },
  {
    path: ["image", "list"],
    summary: "List the images",
    load: async () => (await commands()).imageList,
  },
  {
    path: ["image", "remove"],
    summary: "Remove images",
    load: async () => (await commands()).imageRemove,
  },
  {
    path: ["version"],
    summary: "Print the version",
    load: async () => (await commands()).version,
  },
];

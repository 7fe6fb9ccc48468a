/** Where our folders are. */
import assert from "node:assert/strict";
import { configFolder, dataFolder } from "../../io/paths.ts";

Deno.test("paths config: the variable, else a folder of the home", () => {
  assert.equal(configFolder({ HOME: "/home/me" }), "/home/me/.config/construct-cli");
  assert.equal(configFolder({ HOME: "/home/me", CONSTRUCT_CONFIG_DIR: "/c/" }), "/c");
  assert.equal(configFolder({ HOME: "/h", CONSTRUCT_CONFIG_DIR: "" }), "/h/.config/construct-cli");
});

Deno.test("paths data: the flag, else the variable, else the folder of the settings", () => {
  const env = { HOME: "/h", CONSTRUCT_CONFIG_DIR: "/c", CONSTRUCT_DATA_DIR: "/d" };
  assert.equal(dataFolder(env, "/f"), "/f");
  assert.equal(dataFolder(env), "/d");
  assert.equal(dataFolder({ CONSTRUCT_CONFIG_DIR: "/c" }), "/c");
});

Deno.test("paths: a relative path or a missing home is refused by name", () => {
  const message = /CONSTRUCT_CONFIG_DIR: it is "c"/;
  assert.throws(() => configFolder({ CONSTRUCT_CONFIG_DIR: "c" }), { code: "usage", message });
  assert.throws(() => dataFolder({}, "d"), { code: "usage", message: /--data-dir: it is "d"/ });
  assert.throws(() => dataFolder({}, ""), { code: "usage" });
  assert.throws(() => configFolder({}), { code: "usage", message: /HOME is not set/ });
});

/** The contract of an engine, on the built-in native one. */
import { createNative } from "../../engines/native/native.ts";
import { readTemplateNow } from "../../io/templates.ts";
import { nativePresence } from "../fixtures/native.ts";
import { suite } from "../require.ts";
import { defineConformance } from "./suite.ts";

suite("native", await nativePresence(), () => {
  defineConformance("native", {
    make: (stateFolder) =>
      createNative({
        stateFolder,
        templates: readTemplateNow,
        notes: { note() {}, progress() {}, warn() {}, debug() {} },
      }),
    image: () => Promise.resolve("none"),
    codes: Array.from({ length: 256 }, (_, code) => code),
  });
});

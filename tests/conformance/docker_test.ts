/** The contract of an engine, on the real docker. */
import { createDocker } from "../../engines/docker.ts";
import { dockerPresence, testImage } from "../fixtures/docker.ts";
import { suite } from "../require.ts";
import { defineConformance } from "./suite.ts";

suite("docker", await dockerPresence(), () => {
  defineConformance("docker", { make: createDocker, image: testImage, parallel: 1 });
});

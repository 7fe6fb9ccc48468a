/** The image that boxes are made from: what to build, and what an engine tells about one. */

export interface ImagePlan {
  /** Reference that carries the template's hash, so that a stale image is simply another one. */
  reference: string;
  labels: Readonly<Record<string, string>>;
  /** File name to content; `Dockerfile` is one of them. */
  files: Readonly<Record<string, string>>;
  buildArgs: Readonly<Record<string, string>>;
  /** The engine's network for build steps; undefined is the engine's default. */
  network: string | undefined;
  noCache: boolean;
}

export interface ImageInfo {
  reference: string;
  engine: string;
  id: string;
  sizeBytes: number;
  /** ISO 8601. */
  createdAt: string;
  /** Hash of the template it was built from. */
  template: string;
  /** True when a run would use it. */
  current: boolean;
}

/** A file of a project part that a facade writes; `path` from the part's folder, with slashes. */
export interface FacadeFile {
  readonly path: string
  readonly text: string | Uint8Array
}

/** What was made of a description, and what people should know of it. */
export interface Facade {
  readonly files: readonly FacadeFile[]
  /** What the description has and the facade can't carry, each with its place and what to do. */
  readonly notes: readonly string[]
}

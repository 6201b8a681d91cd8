/** A file in a place. */
export interface PlacedFile {
  /** From the place's root, with slashes. */
  readonly path: string
  readonly bytes: number
  /** Milliseconds since the epoch, as exactly as the place knows it. */
  readonly modifiedAt: number
}

/** Folders and files that lie somewhere: on a disk, on an SFTP server. Paths are from its root, with slashes. All reject with GatewayError: TARGET_UNAVAILABLE where it cannot be reached, TARGET_REFUSED where it says no. */
export interface Place {
  /** The plain files of a folder; those of the folders below it as well where asked. A folder that is not there is empty. */
  list(folder: string, recursive: boolean): Promise<readonly PlacedFile[]>
  /** Undefined where nothing is there. */
  stat(path: string): Promise<PlacedFile | undefined>
  /** The file's bytes from one on. */
  read(path: string, from: number): AsyncIterable<Uint8Array>
  /** Makes or replaces the file; resolves when it is written, and synced where the place can do that. */
  write(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void>
  /** At once or not at all. Rejects where something is there already, unless it is to be replaced. */
  rename(from: string, to: string, replace: boolean): Promise<void>
  /** Gone afterwards, also where it was not there. */
  remove(path: string): Promise<void>
  /** There afterwards, with those above it. */
  makeFolder(path: string): Promise<void>
  close(): Promise<void>
}

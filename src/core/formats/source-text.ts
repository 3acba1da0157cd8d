/** A file of a configuration: the one that was asked for, or one that it includes. */
export interface SourceText {
  /** As it was found: what `include` resolved to. */
  readonly name: string
  readonly text: string
}

/** The files around a configuration, as far as somebody can look at them. */
export interface SourceFiles {
  /**
   * What the pattern of an `include` that stands in the file `from` means, in the order glob(3) gives; a file that
   * cannot be read has no text. Undefined: nobody can look.
   */
  readonly matching: (pattern: string, from: string) => readonly IncludedFile[] | undefined
}

export interface IncludedFile {
  readonly name: string
  readonly text: string | undefined
}

/** For a text by itself: nothing around it can be looked at. */
export const NO_FILES: SourceFiles = { matching: () => undefined }

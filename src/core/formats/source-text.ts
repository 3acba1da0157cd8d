/** A file of a configuration: the one that was asked for, or one that it includes. */
export interface SourceText {
  /** As it was found: what `include` resolved to. */
  readonly name: string
  readonly text: string
}

/** The files around a configuration, as far as somebody can look at them. */
export interface SourceFiles {
  /**
   * What the pattern of an `include` that stands in the file `from` means, in the order glob(3) gives. Undefined: nobody
   * can look.
   */
  readonly matching: (pattern: string, from: string) => FoundFiles | undefined
}

export interface FoundFiles {
  readonly files: readonly IncludedFile[]
  /** What braces write out without a wildcard, and is not there. */
  readonly absent?: readonly string[]
  /** Why there may be more than these. */
  readonly unread?: Unread | undefined
}

export interface Unread {
  readonly reason: string
  /** Whether it is kept from us, and nothing is too much. */
  readonly kept: boolean
}

export type IncludedFile =
  | SourceText
  | {
      readonly name: string
      readonly text: undefined
      /** Why keepalived does not read it. */
      readonly reason: string
      readonly folder?: boolean
    }

/** For a text by itself: nothing around it can be looked at. */
export const NO_FILES: SourceFiles = { matching: () => undefined }

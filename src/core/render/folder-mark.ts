/** Stands in a folder that was generated, so that generating again replaces nothing else. */
export const FOLDER_MARK = {
  name: '.lvs-designer',
  content: 'Written by lvs-designer generate, which replaces this folder as a whole.\n',
} as const

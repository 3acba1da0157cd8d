import { Uri } from 'vscode'
import type { MarkdownString } from 'vscode'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { speakChinese } from '../../core/speech/chinese.test-kit.js'
import { speak } from '../../core/speech/say.js'
import { treeItemOf } from './tree-item.js'

vi.mock('vscode', () => ({
  EventEmitter: Object,
  MarkdownString: class {
    value = ''
    appendText(text: string) {
      this.value += text
    }
    appendMarkdown(text: string) {
      this.value += text
    }
  },
  ThemeColor: Object,
  ThemeIcon: Object,
  TreeItem: Object,
  TreeItemCollapsibleState: {},
  Uri: { parse: (text: string) => ({ toString: () => text }), from: () => undefined },
  window: {},
  workspace: {},
}))

const tooltip = () => {
  const findings = [
    { code: 'SCHED-DFLT', severity: 'error', message: '…' },
    { code: 'PIN-NEED', severity: 'warning', message: '…' },
    { code: 'DUP-VS', severity: 'information', message: '…' },
    { code: 'ASSUMED', severity: 'hint', message: '…' },
  ] as const
  const subject = { what: 'service', name: 'web' } as const
  const part = { subject, icon: 'service', details: ['10.0.0.1:80'], findings, parts: [] } as const
  const item = treeItemOf({ kind: 'part', uri: Uri.parse('file:///a'), within: '', subject, part })
  return (item.tooltip as MarkdownString).value.split('\n\n')
}

afterEach(() => {
  speak(undefined)
})

describe('what an entry of the tree says of its findings', () => {
  it('has how bad each is, in the language of VS Code', () => {
    expect(tooltip()).toEqual([
      'Service web, 10.0.0.1:80',
      'Error SCHED-DFLT: …',
      'Warning PIN-NEED: …',
      'Information DUP-VS: …',
      'Hint ASSUMED: …',
    ])
    speakChinese()
    expect(tooltip()).toEqual([
      '服务 web, 10.0.0.1:80',
      '错误 SCHED-DFLT: …',
      '警告 PIN-NEED: …',
      '信息 DUP-VS: …',
      '提示 ASSUMED: …',
    ])
  })
})

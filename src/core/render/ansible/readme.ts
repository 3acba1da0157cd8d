import { fileOf } from '../file.js'
import type { RenderedFile } from '../file.js'
import { section, wrapped } from '../text.js'

/** README.txt: how it is run, and what it does not do. */
export function ansibleReadme(name: string): RenderedFile {
  const title = `The LVS cluster ${name}, by Ansible`
  const text = (...paragraphs: readonly string[]) => paragraphs.flatMap((each) => wrapped(each, '  '))
  return fileOf(
    [
      title,
      '='.repeat(title.length),
      ...section('Running it', [
        ...text('ansible-core 2.12 or newer; no collections are needed. In this folder:'),
        '',
        '    ansible-playbook site.yml --check --diff   # what would be changed',
        '    ansible-playbook site.yml                  # change it; a second run changes nothing',
      ]),
      ...section(
        'What it does',
        text(
          'Real servers first, a quarter of them at a time (-e lvs_batch=...), then directors one by one, the backup of a pair before the active one. Each host is looked at, and only what is not as drawn is changed: host_vars say what that is, and how it is looked at. A host that does not have its drawn addresses is refused before anything is changed there.',
          'keepalived is asked what it makes of its configuration before that is put in place, and reloads; it is never restarted.',
        ),
      ),
      ...section(
        'What it does not do',
        text(
          'Nothing is taken away: what an earlier drawing had and this one has not stays on the hosts (lvs-designer plan shows it). There is no way back by itself, and no proof that the services answer: lvs-designer apply and verify have both.',
          'Packages are not installed: ipvsadm or keepalived, and iproute2, must be there.',
        ),
      ),
    ],
    'README.txt',
  )
}

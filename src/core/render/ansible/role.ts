import type { RenderedFile } from '../file.js'

/**
 * The role: the same text for every cluster, and no value in it. What a host gets stands in its host_vars; what is copied
 * stands below files/. Only modules of ansible-core are used.
 */
export const ROLE: readonly RenderedFile[] = [
  {
    path: 'roles/lvs/meta/main.yml',
    content: `---
galaxy_info:
  author: LVS Designer
  description: Brings a host of a Linux Virtual Server cluster into the state that is drawn
  license: MIT
  min_ansible_version: "2.12"
  platforms:
    - name: Debian
      versions:
        - all
    - name: EL
      versions:
        - all
dependencies: []
`,
  },
  {
    path: 'roles/lvs/defaults/main.yml',
    content: `---
# What a host is to have; host_vars say it.
lvs_name: ""
lvs_own_addresses: []
lvs_settings: []
lvs_files: []
lvs_keepalived: false
# Whether what is set is set again at boot (systemd only).
lvs_at_boot: true
`,
  },
  {
    path: 'roles/lvs/handlers/main.yml',
    content: `---
# Never restarted: that would cut connections.
- name: Reload keepalived
  ansible.builtin.command:
    argv: [pkill, -HUP, -o, -x, keepalived]
  changed_when: true

- name: Reload systemd
  ansible.builtin.systemd:
    daemon_reload: true
  when: ansible_facts.service_mgr == "systemd"
`,
  },
  {
    path: 'roles/lvs/tasks/main.yml',
    content: `---
# A host that is not the one that is drawn is refused.
- name: Look at the host
  ansible.builtin.command:
    argv: [sh]
    stdin: "{{ lvs_look }}"
  register: lvs_found
  changed_when: false
  failed_when: lvs_found.rc != 0 or lvs_found.stdout is search("this host does not have")
  check_mode: false

# Where a folder is not there, nobody reads it.
- name: Write what is read at boot
  ansible.builtin.copy:
    src: "{{ inventory_hostname }}/{{ item.src }}"
    dest: "{{ item.dest }}"
    owner: root
    group: root
    mode: "{{ item.mode }}"
  loop: "{{ lvs_files }}"
  loop_control:
    label: "{{ item.dest }}"
  when: "'nobody reads ' ~ item.dest not in lvs_found.stdout_lines"

- name: Say which settings are amiss
  ansible.builtin.debug:
    msg: "{{ lvs_said }}"
  changed_when: ansible_check_mode
  when: lvs_amiss | length > 0

- name: Bring settings about
  ansible.builtin.command:
    argv: [sh]
    stdin: "{{ lvs_bring_about }}"
  changed_when: true
  when: lvs_amiss | length > 0

- name: Let keepalived manage the table
  ansible.builtin.include_tasks: keepalived.yml
  when: lvs_keepalived

- name: Set it again at boot
  ansible.builtin.include_tasks: boot.yml
  when:
    - lvs_at_boot
    - ansible_facts.service_mgr == "systemd"
`,
  },
  {
    path: 'roles/lvs/vars/main.yml',
    content: `---
# One command looks at all there is, and says what is not as it is to be; another brings that about, in the order of host_vars,
# up to the first that fails: two round trips a host. They are read from standard input, as thousands of settings are too long
# for a word.
# The table and sets of nftables are read once. ipvsadm itself would load ip_vs just to look.
lvs_looking: |
  LC_ALL=C; export LC_ALL
  table= set=
  newline='
  '
  speaks() { "$@" | grep -q .; }
  says() {
    line=$1; shift
    "$@" | sed 's/[[:space:]][[:space:]]*/ /g; s/^ //; s/ $//' | grep -qxF -e "$line"
  }
  in_table() {
    test -e /proc/net/ip_vs || return 1
    test -n "$table" || table=$(ipvsadm -S -n | sed 's/ *$/ /')
    case $table in *"$1"*) ;; *) return 1 ;; esac
  }
  in_set() {
    if test "$set" != "$1 $2"; then
      set="$1 $2"
      elements=$(nft -n list set inet "$1" "$2" | tr '{},' '\\n\\n\\n' | sed 's/^[[:space:]]*//; s/[[:space:]]*$//')
    fi
    case $newline$elements$newline in *"$newline$3$newline"*) ;; *) return 1 ;; esac
  }
lvs_look: |
  {{ lvs_looking }}
  {% for item in lvs_own_addresses %}
  { {{ item.look }}; } </dev/null >/dev/null 2>&1 || echo {{ ('this host does not have ' ~ item.title) | quote }}
  {% endfor %}
  {% for item in lvs_files %}
  test -d {{ item.dest | dirname | quote }} || echo {{ ('nobody reads ' ~ item.dest) | quote }}
  {% endfor %}
  {% for item in lvs_settings %}
  { {{ item.look }}; } </dev/null >/dev/null 2>&1 || echo {{ loop.index0 }}
  {% endfor %}
lvs_bring_about: |
  {% for item in lvs_amiss %}
  {{ item.put | map('quote') | join(' ') }} </dev/null ||
    { echo {{ ('could not ' ~ item.title) | quote }} >&2; exit 1; }
  {% endfor %}
lvs_numbers: "{{ lvs_found.stdout_lines | select('match', '[0-9]+$') | map('int') | list }}"
lvs_amiss: "{{ lvs_numbers | map('extract', lvs_settings) | list }}"
lvs_commands: "{{ lvs_amiss | map(attribute='put') | map('join', ' ') | list }}"
lvs_said: "{{ lvs_amiss | map(attribute='title') | zip(lvs_commands) | map('join', ': ') | list }}"
`,
  },
  {
    path: 'roles/lvs/tasks/keepalived.yml',
    content: `---
# keepalived goes on with what it can make of a wrong file: whatever it has to say of this one counts.
- name: Write the configuration of keepalived
  ansible.builtin.copy:
    src: "{{ inventory_hostname }}/keepalived.conf"
    dest: /etc/keepalived/keepalived.conf
    owner: root
    group: root
    mode: "0640"
    validate: sh -c 'said=$(keepalived -t -i none -f "$1" 2>&1) || true; echo "$said"; test -z "$said"' sh %s
  notify: Reload keepalived

- name: Start keepalived
  ansible.builtin.service:
    name: keepalived
    state: started
    enabled: true
  when: ansible_facts.service_mgr in ["systemd", "openrc"]
`,
  },
  {
    path: 'roles/lvs/tasks/boot.yml',
    content: `---
- name: Write the script that is run at boot
  ansible.builtin.copy:
    src: "{{ inventory_hostname }}/up.sh"
    dest: "/usr/local/sbin/lvs-{{ lvs_name }}"
    owner: root
    group: root
    mode: "0755"
  when: not lvs_keepalived

- name: Write the unit that runs it
  ansible.builtin.template:
    src: lvs.service.j2
    dest: "/etc/systemd/system/lvs-{{ lvs_name }}.service"
    owner: root
    group: root
    mode: "0644"
  notify: Reload systemd
  when: not lvs_keepalived

- name: Enable the unit
  ansible.builtin.systemd:
    name: "lvs-{{ lvs_name }}"
    enabled: true
    daemon_reload: true
  when:
    - not lvs_keepalived
    - not ansible_check_mode
`,
  },
  {
    path: 'roles/lvs/templates/lvs.service.j2',
    content: `[Unit]
Description=LVS cluster {{ lvs_name }}
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart=/bin/sh /usr/local/sbin/lvs-{{ lvs_name }}

[Install]
WantedBy=multi-user.target
`,
  },
]

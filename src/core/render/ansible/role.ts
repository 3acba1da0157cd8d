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
- name: See whether this is the host that is drawn
  ansible.builtin.command:
    argv: [sh, -c, "{{ lvs_look_at_addresses }}"]
  register: lvs_own
  changed_when: false
  failed_when: lvs_own.stdout != ""
  check_mode: false

- name: See what is read at boot
  ansible.builtin.stat:
    path: "{{ item.dest | dirname }}"
  loop: "{{ lvs_files }}"
  loop_control:
    label: "{{ item.dest | dirname }}"
  register: lvs_folders

# Where a folder is not there, nobody reads it.
- name: Write what is read at boot
  ansible.builtin.copy:
    src: "{{ inventory_hostname }}/{{ item.item.src }}"
    dest: "{{ item.item.dest }}"
    owner: root
    group: root
    mode: "{{ item.item.mode }}"
  loop: "{{ lvs_folders.results }}"
  loop_control:
    label: "{{ item.item.dest }}"
  when: item.stat.exists

- name: Look at the settings
  ansible.builtin.command:
    argv: [sh, -c, "{{ lvs_look_at_settings }}"]
  register: lvs_found
  changed_when: false
  check_mode: false

- name: Say which settings would be changed
  ansible.builtin.debug:
    msg: "{{ item.put | join(' ') }}"
  loop: "{{ lvs_amiss }}"
  loop_control:
    label: "{{ item.title }}"
  changed_when: true
  when: ansible_check_mode

- name: Bring settings about
  ansible.builtin.command:
    argv: "{{ item.put }}"
  loop: "{{ lvs_amiss }}"
  loop_control:
    label: "{{ item.title }}"
  changed_when: true

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
# One command looks at all there is, and says what is not as it is to be: one round trip a host.
# ipvsadm itself would load ip_vs just to look.
lvs_looking: |
  speaks() { "$@" | grep -q .; }
  says() {
    line=$1; shift
    "$@" | sed 's/[[:space:]][[:space:]]*/ /g; s/^ //; s/ $//' | grep -qxF -e "$line"
  }
  in_table() { test -e /proc/net/ip_vs && ipvsadm -S -n | sed 's/ *$/ /' | grep -qF -e "$1"; }
lvs_look_at_addresses: |
  {{ lvs_looking }}
  {% for item in lvs_own_addresses %}
  { {{ item.look }}; } >/dev/null 2>&1 || echo {{ ('this host does not have ' ~ item.title) | quote }}
  {% endfor %}
lvs_look_at_settings: |
  {{ lvs_looking }}
  {% for item in lvs_settings %}
  { {{ item.look }}; } >/dev/null 2>&1 || echo {{ loop.index0 }}
  {% endfor %}
lvs_amiss: "{{ lvs_found.stdout_lines | map('int') | map('extract', lvs_settings) | list }}"
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

import { describe, expect, it } from 'vitest'
import { parseRules, printRules } from './ipvsadm.js'

// As `ipvsadm -S -n` 1.31 prints it.
const saved = `-A -t 10.0.0.1:443 -s rr -p 600 -M 255.255.255.0
-a -t 10.0.0.1:443 -r 192.168.0.1:443 -i -w 1 --tun-type gue --tun-port 6080 --tun-csum
-A -u 10.0.0.1:5060 -s rr -p 60 --pe sip -o
-A -t [2001:db8::80]:80 -s rr -p 10 -M 64
-a -t [2001:db8::80]:80 -r 192.168.0.9:80 -i -w 1 --tun-type ipip
-A -f 2 -6 -s wrr -p 300 -M 64
-A -t 10.0.0.2:80 -s sh -b sh-fallback,sh-port
-a -t 10.0.0.2:80 -r 10.0.0.11:8080 -m -w 3
`

describe('ipvsadm rules', () => {
  it('prints what it read', () => {
    const { services, unread } = parseRules(saved)
    expect(unread).toEqual([])
    expect(printRules(services)).toBe(saved)
  })

  it('says which lines it could not read, and why', () => {
    const { services, unread } = parseRules(
      '# comment\n-a -t 1.2.3.4:80 -r 1.1.1.1:80 -m\n-A -t 1.2.3.4:80 -s rr\n',
    )
    expect(services).toHaveLength(1)
    expect(unread.map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
      '1: "#" is not -A or -a',
      '2: its service is not defined before it',
    ])
  })
})

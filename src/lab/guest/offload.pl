# Turns off transmit checksum and segmentation offload on the interfaces named on standard input.
# Between veth ends an offloaded packet never gets its checksum and may be 64 kB long: captures,
# NAT and MTU checks would see packets no wire carries. ioctl instead of ethtool(8): one process
# for all interfaces, which counts when the machine is emulated.
use strict;
use warnings;
use Socket;

my $SIOCETHTOOL = 0x8946;
my %off = (STXCSUM => 0x17, STSO => 0x1f, SGSO => 0x24, SGRO => 0x2c);

socket(my $socket, AF_INET, SOCK_DGRAM, 0) or die "socket: $!";
while (my $name = <STDIN>) {
    chomp $name;
    for my $command (sort keys %off) {
        my $value = pack('L L', $off{$command}, 0);
        my $request = pack('a16 P', $name, $value) . "\0" x 16;
        ioctl($socket, $SIOCETHTOOL, $request)
            or $command eq 'STSO' # follows from the checksum on some kernels
            or print "lvs-lab: problem: switch: $name: $command: $!\n";
    }
}

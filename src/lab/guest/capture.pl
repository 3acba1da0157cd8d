# Frames as they come from hosts into a switch, each once and in order: a packet socket of the switch's namespace, bound
# to no device. What the switch sends on is the same frame again and is not taken. Put before the program that uses it.
use strict;
use warnings;
use Socket qw(:all);

my ($PF_PACKET, $ETH_P_ALL) = (17, 3);
my ($SO_ATTACH_FILTER, $SO_RCVBUFFORCE) = (26, 33);
my $FRAME_ROOM = 64 * 1024 * 1024;
# Ethernet, two IPv6 headers, GUE or GRE, and an ICMP error with the headers it speaks of.
my $FRAME_BYTES = 192;

# Opens the capture for devices whose index is at least $first.
sub open_capture {
    my ($first) = @_;
    socket(my $capture, $PF_PACKET, SOCK_RAW, unpack('S', pack('n', $ETH_P_ALL))) or die "packet socket: $!";
    # Classic BPF (linux/filter.h): SKF_AD_PKTTYPE 4 is PACKET_OUTGOING, SKF_AD_IFINDEX 8.
    my $program = join '', map { pack 'S C C L', @$_ } (
        [0x20, 0, 0, 0xfffff004],
        [0x15, 3, 0, 4],
        [0x20, 0, 0, 0xfffff008],
        [0x35, 0, 1, $first],
        [0x06, 0, 0, $FRAME_BYTES],
        [0x06, 0, 0, 0],
    );
    setsockopt($capture, SOL_SOCKET, $SO_ATTACH_FILTER, pack('S x6 P', length($program) / 8, $program))
        or die "packet filter: $!";
    setsockopt($capture, SOL_SOCKET, $SO_RCVBUFFORCE, pack('l', $FRAME_ROOM));
    return $capture;
}

# Calls back with device index and bytes for every frame that has come.
sub read_frames {
    my ($capture, $take) = @_;
    while (defined(my $from = recv($capture, my $frame, $FRAME_BYTES, MSG_DONTWAIT))) {
        $take->(unpack('x4 l', $from), $frame);
    }
}

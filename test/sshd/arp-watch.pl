# Asks by ARP who has an address, again and again, to everybody on the segment, and prints every frame by which somebody says to
# have it, asked or not: arp-watch.pl DEVICE ADDRESS, until its standard input ends. Then it says how often it has asked.
use strict;
use warnings;
use Socket qw(:all);
use Fcntl;

my ($PF_PACKET, $ETH_P_ARP) = (17, 0x0806);
my $BETWEEN = 0.005;    # s
my ($device, $address) = @ARGV;

sub line_of { my ($path) = @_; open(my $file, '<', $path) or die "$path: $!"; chomp(my $line = <$file>); return $line; }

my $index = line_of("/sys/class/net/$device/ifindex");
my $own = pack 'H12', line_of("/sys/class/net/$device/address") =~ s/://gr;
my $wanted = inet_aton($address);
my $request = "\xff" x 6 . $own . pack('n n n C C n', $ETH_P_ARP, 1, 0x0800, 6, 4, 1) . $own . "\0" x 4 . "\0" x 6 . $wanted;

socket(my $socket, $PF_PACKET, SOCK_RAW, unpack 'S', pack 'n', $ETH_P_ARP) or die "packet socket: $!";
bind($socket, pack 'S n l S C C a8', $PF_PACKET, $ETH_P_ARP, $index, 0, 0, 0, '') or die "bind: $!";
fcntl(STDIN, F_SETFL, O_NONBLOCK);
$| = 1;

my $asked = 0;
while (1) {
    send($socket, $request, 0) and $asked += 1;
    print "asking\n" if $asked == 1;
    select(undef, undef, undef, $BETWEEN);
    while (defined(my $from = recv($socket, my $frame, 64, MSG_DONTWAIT))) {
        # The sender's address, in requests and replies alike.
        next unless substr($frame, 28, 4) eq $wanted;
        print 'claimed by ', join(':', unpack '(H2)6', substr $frame, 22, 6), "\n";
    }
    last if defined sysread(STDIN, my $nothing, 1);
}
print "asked $asked\n";

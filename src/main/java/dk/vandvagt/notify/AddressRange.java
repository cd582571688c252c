package dk.vandvagt.notify;

import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/** Addresses that begin with the same bits. */
final class AddressRange {
    /**
     * What is no public address, IANA's registries of special-purpose addresses; the last two are public ones at which clouds tell machines
     * of themselves or relay for others.
     */
    private static final List<AddressRange> NOT_PUBLIC_4 = Stream.of(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "224.0.0.0/3",
                    "168.63.129.16/32",
                    "192.88.99.0/24")
            .map(AddressRange::of)
            .toList();

    private static final AddressRange PUBLIC_6 = of("2000::/3");
    /** Tunnels and examples within {@link #PUBLIC_6}. */
    private static final List<AddressRange> NOT_PUBLIC_6 = Stream.of(
                    "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
            .map(AddressRange::of)
            .toList();
    /** An IPv4 address in its last four bytes, RFC 6052 and RFC 4291. */
    private static final List<AddressRange> HOLDS_4 = List.of(
            of("64:ff9b::/96"), new AddressRange(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 0, 0, 0, 0}, 96));

    /** 4 or 16 bytes. */
    private final byte[] beginning;

    private final int bits;

    private AddressRange(byte[] beginning, int bits) {
        this.beginning = beginning;
        this.bits = bits;
    }

    /** @param range such as {@code 10.20.0.0/16} */
    static AddressRange of(String range) {
        int slash = range.indexOf('/');
        return new AddressRange(
                InetAddresses.forString(range.substring(0, slash)).getAddress(),
                Integer.parseInt(range.substring(slash + 1)));
    }

    boolean holds(byte[] address) {
        if (address.length != beginning.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> bit % 8;
            if ((address[bit / 8] & mask) != (beginning[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }

    /** Whether it belongs to nobody's inside. */
    static boolean isPublic(InetAddress address) {
        return isPublic(address.getAddress());
    }

    static boolean isPublic(byte[] address) {
        if (address.length == 4) {
            return NOT_PUBLIC_4.stream().noneMatch(range -> range.holds(address));
        }
        if (HOLDS_4.stream().anyMatch(range -> range.holds(address))) {
            return isPublic(new byte[] {address[12], address[13], address[14], address[15]});
        }
        return PUBLIC_6.holds(address) && NOT_PUBLIC_6.stream().noneMatch(range -> range.holds(address));
    }
}

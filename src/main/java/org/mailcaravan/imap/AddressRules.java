package org.mailcaravan.imap;

import java.net.InetAddress;

/** Which addresses are public: a request must not make us connect into a private network. */
final class AddressRules {
  private AddressRules() {}

  /**
   * Whether an address can belong to a stranger's mail server: global unicast by the registries of
   * RFC 6890. That leaves out loopback, private, link-local, shared (RFC 6598), multicast, reserved
   * and documentation addresses, the metadata servers of clouds, and IPv6 forms of such IPv4
   * addresses.
   */
  static boolean isPublic(InetAddress address) {
    byte[] octets = address.getAddress();
    return octets.length == 4 ? isPublic4(octets, 0) : isPublic6(octets);
  }

  private static boolean isPublic4(byte[] octets, int at) {
    int a = octets[at] & 0xff;
    int b = octets[at + 1] & 0xff;
    int c = octets[at + 2] & 0xff;
    int d = octets[at + 3] & 0xff;
    return !(a == 0
        || a == 10
        || a == 127
        || a >= 224
        || (a == 100 && b >= 64 && b < 128)
        || (a == 169 && b == 254)
        || (a == 172 && b >= 16 && b < 32)
        || (a == 192 && b == 168)
        || (a == 192 && b == 0 && (c == 0 || c == 2))
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19))
        || (a == 198 && b == 51 && c == 100)
        || (a == 203 && b == 0 && c == 113)
        || (a == 168 && b == 63 && c == 129 && d == 16)); // metadata server of Azure
  }

  private static boolean isPublic6(byte[] octets) {
    if (startsWith(octets, 0, 0, 0, 0, 0, 0, 0, 0)) {
      // IPv4-mapped, IPv4-translated and IPv4-compatible, RFC 4291 and RFC 2765
      return isPublic4(octets, 12);
    }
    if (startsWith(octets, 0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0)) {
      return isPublic4(octets, 12); // NAT64, RFC 6052; those of RFC 8215 are local
    }
    if ((octets[0] & 0xe0) != 0x20) {
      return false; // not global unicast, RFC 4291: unique local, link-local, multicast ...
    }
    if (startsWith(octets, 0x20, 0x02)) {
      return isPublic4(octets, 2); // 6to4, RFC 3056
    }
    boolean special =
        (startsWith(octets, 0x20, 0x01) && (octets[2] & 0xfe) == 0) // Teredo and others, RFC 2928
            || startsWith(octets, 0x20, 0x01, 0x0d, 0xb8)
            || (startsWith(octets, 0x3f, 0xff) && (octets[2] & 0xf0) == 0);
    return !special && !(isIsatap(octets) && !isPublic4(octets, 12));
  }

  /** RFC 5214, section 6.1: the last four octets are an IPv4 address. */
  private static boolean isIsatap(byte[] octets) {
    return (octets[8] & 0xfd) == 0
        && octets[9] == 0
        && (octets[10] & 0xff) == 0x5e
        && (octets[11] & 0xff) == 0xfe;
  }

  private static boolean startsWith(byte[] octets, int... prefix) {
    for (int i = 0; i < prefix.length; i++) {
      if ((octets[i] & 0xff) != prefix[i]) {
        return false;
      }
    }
    return true;
  }
}

package org.mailcaravan.imap;

import java.net.Inet4Address;
import java.net.InetAddress;

/** Which addresses are public, so that a customer's request cannot make us reach into a network. */
final class AddressRules {
  private AddressRules() {}

  /**
   * Whether an address can belong to a mail server of a stranger: not loopback, private,
   * link-local, shared (RFC 6598), multicast, reserved (RFC 6890), nor an IPv6 form of such an IPv4
   * address.
   */
  static boolean isPublic(InetAddress address) {
    if (address.isLoopbackAddress()
        || address.isAnyLocalAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) {
      return false;
    }
    byte[] octets = address.getAddress();
    return address instanceof Inet4Address ? isPublic4(octets, 0) : isPublic6(octets);
  }

  private static boolean isPublic4(byte[] octets, int at) {
    int a = octets[at] & 0xff;
    int b = octets[at + 1] & 0xff;
    int c = octets[at + 2] & 0xff;
    return !(a == 0
        || a == 10
        || a == 127
        || a >= 224
        || (a == 100 && b >= 64 && b < 128)
        || (a == 169 && b == 254)
        || (a == 172 && b >= 16 && b < 32)
        || (a == 192 && b == 168)
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19)));
  }

  private static boolean isPublic6(byte[] octets) {
    int first = ((octets[0] & 0xff) << 8) | (octets[1] & 0xff);
    if ((first & 0xfe00) == 0xfc00) {
      return false; // unique local, RFC 4193
    }
    if (first == 0x2002) {
      return isPublic4(octets, 2); // 6to4, RFC 3056
    }
    if (startsWith(octets, 0x00, 0x64, 0xff, 0x9b)) {
      return isPublic4(octets, 12); // NAT64, RFC 6052
    }
    if (startsWith(octets, 0, 0, 0, 0, 0, 0, 0, 0)) {
      return isPublic4(octets, 12); // IPv4-mapped and IPv4-compatible, RFC 4291
    }
    return true;
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

package org.mailcaravan.sync;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Digests of messages, and the one digest of them all that a certificate shows. */
final class MessageDigests {
  private final List<byte[]> digests = new ArrayList<>();

  /** The digest of a message of which the octets and the date are known: "1234 1580702706". */
  static byte[] ofMetadata(long size, long date) {
    String text = size + " " + (date == MessageTable.NO_DATE ? "-" : String.valueOf(date));
    return FingerprintStream.sha256().digest(text.getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * The digest of a message of which every octet was read.
   *
   * @param sha256 in hexadecimal
   */
  static byte[] ofOctets(String sha256) {
    return HexFormat.of().parseHex(sha256);
  }

  void add(byte[] digest) {
    digests.add(digest);
  }

  /** Of the digests as lines of hexadecimal digits, sorted; the same whatever their order. */
  String digest() {
    digests.sort(Arrays::compareUnsigned);
    MessageDigest all = FingerprintStream.sha256();
    for (byte[] digest : digests) {
      all.update((HexFormat.of().formatHex(digest) + "\n").getBytes(StandardCharsets.US_ASCII));
    }
    return HexFormat.of().formatHex(all.digest());
  }
}

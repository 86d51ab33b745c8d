package org.mailcaravan.sync.messages;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mailcaravan.model.Sha256;

/**
 * Reads from a header what stays the same when a server or a tool adds, reorders or refolds lines,
 * or changes blanks: the values of a few fields, without blanks. For one message at a time.
 */
final class HeaderFields {
  private static final int MESSAGE_ID = 0;
  private static final int DATE = 1;
  private static final int FROM = 2;
  private static final int TO = 3;
  private static final int SUBJECT = 5;
  private static final int NAMING = 6;
  private static final int CONTENT_TYPE = 11;
  private static final int TRANSFER_ENCODING = 12;
  private static final int MIME_VERSION = 13;
  private static final int RECEIVED = 14;

  /**
   * The fields that name a message, that say how it is read and answered, and its Received lines.
   */
  private static final List<byte[]> NAMES =
      Stream.of(
              "message-id",
              "date",
              "from",
              "to",
              "cc",
              "subject",
              "sender",
              "reply-to",
              "bcc",
              "in-reply-to",
              "references",
              "content-type",
              "content-transfer-encoding",
              "mime-version",
              "received")
          .map(name -> name.getBytes(StandardCharsets.US_ASCII))
          .toList();

  private static final int LONGEST_NAME = "content-transfer-encoding".length();

  /** The numbers of the names by length, since every header line is looked up. */
  private static final int[][] NUMBERS_BY_LENGTH =
      IntStream.rangeClosed(0, LONGEST_NAME)
          .mapToObj(
              length ->
                  IntStream.range(0, NAMES.size())
                      .filter(number -> NAMES.get(number).length == length)
                      .toArray())
          .toArray(int[][]::new);

  /** Longer values count up to here, which bounds the memory for a field. */
  private static final int MOST_OCTETS = 8192;

  private static final int NO_FIELD = -1;

  private final byte[] name = new byte[LONGEST_NAME];
  private final List<Value> values = NAMES.stream().map(field -> new Value()).toList();
  private int nameLength;
  private boolean nameEnded;
  private boolean atLineStart;
  private boolean inValue;
  private int field;

  HeaderFields begin() {
    values.forEach(value -> value.length = 0);
    field = NO_FIELD;
    endLine();
    return this;
  }

  /** A line feed has been read. */
  private void endLine() {
    nameLength = 0;
    nameEnded = false;
    atLineStart = true;
    inValue = false;
  }

  void read(byte octet) {
    if (octet == '\n') {
      endLine();
      return;
    }
    boolean blank = octet == ' ' || octet == '\t' || octet == '\r';
    if (atLineStart) {
      atLineStart = false;
      // A line that begins with a blank continues the one before (RFC 5322 section 2.2.3).
      inValue = blank;
      if (!blank) {
        field = NO_FIELD;
      }
    }
    if (inValue) {
      if (!blank && field != NO_FIELD) {
        values.get(field).add(octet);
      }
    } else {
      readName(octet, blank);
    }
  }

  private void readName(byte octet, boolean blank) {
    if (octet == ':') {
      inValue = true;
      field = nameLength > LONGEST_NAME ? NO_FIELD : named();
    } else if (blank) {
      // Old mail has blanks before the colon (RFC 5322 section 4.5).
      nameEnded = true;
    } else if (nameEnded || nameLength >= LONGEST_NAME) {
      nameLength = LONGEST_NAME + 1;
    } else {
      name[nameLength++] = (byte) (octet >= 'A' && octet <= 'Z' ? octet + 'a' - 'A' : octet);
    }
  }

  private int named() {
    for (int number : NUMBERS_BY_LENGTH[nameLength]) {
      if (Arrays.equals(NAMES.get(number), 0, nameLength, name, 0, nameLength)) {
        return number;
      }
    }
    return NO_FIELD;
  }

  private boolean has(int number) {
    return values.get(number).length > 0;
  }

  /** Whether there is a Message-ID, which identifies the message. */
  boolean hasMessageId() {
    return has(MESSAGE_ID);
  }

  /**
   * Whether the fields tell a message from others. Without a Message-ID and a date they do not:
   * such mail comes from programs, which write the same again and again.
   */
  boolean tell() {
    return hasMessageId() || (has(DATE) && (has(FROM) || has(TO) || has(SUBJECT)));
  }

  /** The digest of the values of all fields but those that servers add on the way. */
  byte[] digest() {
    // A server that adds the MIME-Version to plain text changes nothing (RFC 2045 section 5.2).
    boolean isMime = has(CONTENT_TYPE) || has(TRANSFER_ENCODING);
    return digest(values.subList(0, isMime ? RECEIVED : MIME_VERSION));
  }

  private static byte[] digest(List<Value> some) {
    MessageDigest digest = Sha256.digest();
    for (Value value : some) {
      digest.update(value.octets, 0, value.length);
      digest.update((byte) '\n');
    }
    return digest.digest();
  }

  private static byte[] digest(Value value) {
    MessageDigest digest = Sha256.digest();
    digest.update(value.octets, 0, value.length);
    return digest.digest();
  }

  /**
   * The digest of the Received lines: they differ between a sent message and the same message
   * received.
   */
  byte[] wayDigest() {
    return digest(values.get(RECEIVED));
  }

  /**
   * The digest of what names the message: its Message-ID, or date, people and subject without one.
   * Two messages of one name may have different content.
   */
  byte[] nameDigest() {
    return hasMessageId() ? digest(values.get(MESSAGE_ID)) : digest(values.subList(0, NAMING));
  }

  /** Octets without a lock, which a ByteArrayOutputStream takes for each. */
  private static final class Value {
    private byte[] octets = new byte[64];
    private int length;

    void add(byte octet) {
      if (length == MOST_OCTETS) {
        return;
      }
      if (length == octets.length) {
        octets = Arrays.copyOf(octets, length * 2);
      }
      octets[length++] = octet;
    }
  }
}

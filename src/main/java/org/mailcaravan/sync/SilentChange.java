package org.mailcaravan.sync;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A change that servers are known to make to a message that they store, without a word.
 *
 * @param words what was done, for people
 */
record SilentChange(String words, Function<OutputStream, Repair.Filter> filter) {
  private static final String BY_THE_SERVER = "our server took it and stored it otherwise: ";

  /** All: what this program does where a message is refused, some servers do by themselves. */
  static List<SilentChange> all() {
    List<SilentChange> all = new ArrayList<>();
    all.add(new SilentChange("NUL octets became 0x80 (Dovecot)", NulAs80::new));
    all.add(new SilentChange("8-bit characters in its header became X (Cyrus)", EightBitAsX::new));
    for (Repair repair : Repair.values()) {
      all.add(new SilentChange(repair.words(), repair::over));
    }
    return all;
  }

  /** What is written to it goes on changed. */
  Repair.Filter over(OutputStream out) {
    return filter.apply(out);
  }

  /** As it is recorded. */
  String recorded() {
    return BY_THE_SERVER + words;
  }

  /** Whether what is recorded of a copy was done by the server. */
  static boolean isOne(String recorded) {
    return recorded.startsWith(BY_THE_SERVER);
  }

  private static final class NulAs80 extends Repair.Filter {
    NulAs80(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int octet) throws IOException {
      out.write((octet & 0xff) == 0 ? 0x80 : octet);
    }
  }

  private static final class EightBitAsX extends Repair.Filter {
    private boolean header = true;
    private boolean lineEmpty = true;

    EightBitAsX(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int octet) throws IOException {
      out.write(header && (octet & 0x80) != 0 ? 'X' : octet);
      if (octet == '\n') {
        header &= !lineEmpty;
        lineEmpty = true;
      } else if (octet != '\r') {
        lineEmpty = false;
      }
    }
  }
}

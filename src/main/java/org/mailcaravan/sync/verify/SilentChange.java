package org.mailcaravan.sync.verify;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.mailcaravan.sync.messages.Repair;

/**
 * A change that servers are known to make to a message that they store, without a word.
 *
 * @param words what was done, for people
 */
record SilentChange(String words, Function<OutputStream, Repair.Filter> filter) {
  private static final String BY_THE_SERVER = "the new server took it and stored it otherwise: ";

  /**
   * All: what this program does where a message is refused, some servers do by themselves. What was
   * repaired before it was stored may have been changed besides.
   */
  static List<SilentChange> all() {
    List<SilentChange> servers =
        List.of(
            new SilentChange("NUL octets became 0x80 (Dovecot)", NulAs80::new),
            new SilentChange("8-bit characters in its header became X (Cyrus)", EightBitAsX::new));
    List<SilentChange> repairs =
        Arrays.stream(Repair.values())
            .map(repair -> new SilentChange(repair.words(), repair::over))
            .toList();
    List<SilentChange> all = new ArrayList<>(servers);
    all.addAll(repairs);
    repairs.forEach(repair -> servers.forEach(change -> all.add(repair.then(change))));
    return all;
  }

  private SilentChange then(SilentChange next) {
    return new SilentChange(
        words + "; " + next.words, out -> new Both(next.filter.apply(out), filter));
  }

  /** One change after the other. */
  private static final class Both extends Repair.Filter {
    private final Repair.Filter first;
    private final Repair.Filter second;

    Both(Repair.Filter second, Function<OutputStream, Repair.Filter> first) {
      super(second);
      this.first = first.apply(second);
      this.second = second;
    }

    @Override
    public void write(int octet) throws IOException {
      first.write(octet);
    }

    @Override
    public void write(byte[] octets, int offset, int count) throws IOException {
      first.write(octets, offset, count);
    }

    @Override
    public void finish() throws IOException {
      first.finish();
      second.finish();
    }
  }

  /** What is written to it goes on changed. */
  Repair.Filter over(OutputStream out) {
    return filter.apply(out);
  }

  /** As it is recorded. */
  String recorded() {
    return BY_THE_SERVER + words;
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

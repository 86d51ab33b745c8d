package org.mailcaravan.sync.messages;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import org.mailcaravan.imap.Content;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.sync.session.DiskFull;
import org.mailcaravan.sync.session.Spool;
import org.mailcaravan.sync.session.SpooledContent;

/** A message with some repairs, in a spool file until it is closed. */
public final class RepairedContent implements Content {
  private final SpooledContent kept;
  private final Fingerprint fingerprint;

  private RepairedContent(SpooledContent kept, Fingerprint fingerprint) {
    this.kept = kept;
    this.fingerprint = fingerprint;
  }

  /** The repairs that change something in a message, the least first. */
  public static List<Repair> applicable(Content original) {
    List<Repair> applicable = new ArrayList<>();
    long as = checksum(original, List.of());
    for (Repair repair : Repair.values()) {
      // The size alone does not show it: one line end may lose a CR and another get one.
      if (checksum(original, List.of(repair)) != as) {
        applicable.add(repair);
      }
    }
    return applicable;
  }

  private static long checksum(Content original, List<Repair> repairs) {
    CheckedOutputStream out = new CheckedOutputStream(OutputStream.nullOutputStream(), new CRC32());
    try {
      write(original, repairs, out);
    } catch (IOException e) {
      throw unreadable(e);
    }
    return out.getChecksum().getValue();
  }

  /**
   * Repairs.
   *
   * @param spool where it is kept
   * @throws DiskFull when there is no room for it
   */
  public static RepairedContent of(Content original, Collection<Repair> repairs, Spool spool)
      throws DiskFull {
    try {
      Size size = new Size();
      write(original, repairs, size);
      SpooledContent kept = spool.keep(size.octets, out -> write(original, repairs, out));
      try (InputStream in = kept.open()) {
        FingerprintStream stream = new FingerprintStream(in);
        stream.transferTo(OutputStream.nullOutputStream());
        return new RepairedContent(kept, stream.fingerprint());
      }
    } catch (DiskFull e) {
      throw e;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** Counts octets, since the spool has to know before how many will come. */
  private static final class Size extends OutputStream {
    long octets;

    @Override
    public void write(int octet) {
      octets++;
    }

    @Override
    public void write(byte[] some, int offset, int length) {
      octets += length;
    }
  }

  private static void write(Content original, Collection<Repair> repairs, OutputStream out)
      throws IOException {
    List<Repair.Filter> filters = new ArrayList<>();
    OutputStream first = out;
    for (Repair repair : new TreeSet<>(repairs).descendingSet()) {
      Repair.Filter filter = repair.over(first);
      filters.add(0, filter);
      first = filter;
    }
    original.writeTo(first);
    for (Repair.Filter filter : filters) {
      filter.finish();
    }
  }

  private static UncheckedIOException unreadable(IOException cause) {
    return new UncheckedIOException("a message cannot be repaired in the spool folder", cause);
  }

  @Override
  public long size() {
    return kept.size();
  }

  public Fingerprint fingerprint() {
    return fingerprint;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    kept.writeTo(out);
  }

  @Override
  public void close() {
    kept.close();
  }
}

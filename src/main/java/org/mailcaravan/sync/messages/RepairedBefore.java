package org.mailcaravan.sync.messages;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.mailcaravan.imap.Content;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.FetchedMessage;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.RepairedCopy;
import org.mailcaravan.sync.copy.Remedies;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Finds messages that a pass of another data folder has stored repaired, because the new server
 * refused the originals: header and body may both differ. Messages of one Message-ID (or of one
 * date, sender and subject) are compared in each form in which {@link Remedies} may have sent them.
 */
public final class RepairedBefore {
  private static final String EARLIER =
      "it was stored repaired before this data folder knew of it: ";

  /** The most messages that are read: few of a mailbox are refused. */
  private static final int MOST = 1_000;

  private final HeaderTable here;
  private final HeaderTable there;
  private final ContentMatch.Sink sink;

  public RepairedBefore(HeaderTable here, HeaderTable there, ContentMatch.Sink sink) {
    this.here = here;
    this.there = there;
    this.sink = sink;
  }

  /** A message as it may have been stored. */
  private record Form(String words, Fingerprint fingerprint, long octets) {}

  /** The forms of a message, its own first. */
  private record Forms(long size, List<Form> forms) implements Content {
    @Override
    public void writeTo(OutputStream out) throws IOException {
      throw new IOException("only digests were kept");
    }

    @Override
    public void close() {}
  }

  /** Finds them, and records in the ledger how the copies look. */
  public void find(
      MailboxSession session,
      Where place,
      SelectedFolder source,
      SelectedFolder destination,
      FolderLedger ledger) {
    Map<Integer, List<Integer>> byName = new HashMap<>();
    for (int row = 0; row < there.count(); row++) {
      if (!there.isUsed(row) && there.isNamed(row)) {
        byName.computeIfAbsent(there.name(row), name -> new ArrayList<>()).add(row);
      }
    }
    List<Integer> wanted = new ArrayList<>();
    for (int row = 0; row < here.count() && wanted.size() < MOST; row++) {
      if (!here.isUsed(row) && here.isNamed(row) && byName.containsKey(here.name(row))) {
        wanted.add(row);
      }
    }
    if (wanted.isEmpty()) {
      return;
    }
    NavigableMap<Long, Fingerprint> copies = new TreeMap<>();
    CarefulReading.ofContents(session, Side.DESTINATION, place, destination, copies::put)
        .read(
            UidSet.of(
                wanted.stream()
                    .flatMap(row -> byName.getOrDefault(here.name(row), List.of()).stream())
                    .map(there::uid)
                    .distinct()
                    .limit(MOST)
                    .toList()));
    NavigableMap<Long, List<Form>> originals = new TreeMap<>();
    new CarefulReading(
            session,
            Side.SOURCE,
            place,
            source,
            EnumSet.of(FetchItem.MESSAGE),
            RepairedBefore::forms,
            message -> take(message, originals))
        .read(UidSet.of(wanted.stream().map(here::uid).toList()));
    for (int row : wanted) {
      List<Form> forms = originals.getOrDefault(here.uid(row), List.of());
      match(row, forms, byName.getOrDefault(here.name(row), List.of()), copies, ledger);
    }
  }

  private static boolean take(FetchedMessage message, Map<Long, List<Form>> originals) {
    if (message.content() instanceof Forms forms && forms.size() > 0) {
      originals.put(message.uid(), forms.forms());
      return true;
    }
    return false;
  }

  private void match(
      int row,
      List<Form> forms,
      List<Integer> candidates,
      Map<Long, Fingerprint> copies,
      FolderLedger ledger) {
    for (Form form : forms) {
      for (int other : candidates) {
        Fingerprint copy = there.isUsed(other) ? null : copies.get(there.uid(other));
        if (copy != null && copy.equals(form.fingerprint())) {
          Fingerprint original = forms.get(0).fingerprint();
          here.use(row);
          there.use(other);
          if (!copy.equals(original)) {
            ledger.recordRepair(
                original, new RepairedCopy(copy, form.octets(), false, EARLIER + form.words()));
          }
          sink.found(here.uid(row), there.uid(other), original);
          return;
        }
      }
    }
  }

  /** All forms at once, while the message streams through. */
  private static Forms forms(long size, InputStream in) throws IOException {
    List<Counted> all = new ArrayList<>();
    all.add(new Counted("", List.of()));
    List<Repair> repairs = Arrays.asList(Repair.values());
    repairs.forEach(repair -> all.add(new Counted(repair.words(), List.of(repair))));
    for (int count = 2; count <= repairs.size(); count++) {
      all.add(new Counted("several repairs", repairs.subList(0, count)));
    }
    byte[] octets = new byte[16 * 1024];
    for (int read = in.read(octets); read >= 0; read = in.read(octets)) {
      for (Counted form : all) {
        form.first.write(octets, 0, read);
      }
    }
    List<Form> forms = new ArrayList<>();
    for (Counted form : all) {
      forms.add(form.end());
    }
    return new Forms(size, forms);
  }

  /** Digests a message with some repairs. */
  private static final class Counted {
    private final String words;
    private final FingerprintStream digest = FingerprintStream.besideOthers();
    private final List<Repair.Filter> filters = new ArrayList<>();
    private final OutputStream first;
    private long octets;

    Counted(String words, List<Repair> repairs) {
      this.words = words;
      OutputStream out =
          new FilterOutputStream(digest.sink()) {
            @Override
            public void write(int octet) throws IOException {
              octets++;
              out.write(octet);
            }

            @Override
            public void write(byte[] some, int offset, int count) throws IOException {
              octets += count;
              out.write(some, offset, count);
            }
          };
      for (int at = repairs.size() - 1; at >= 0; at--) {
        Repair.Filter filter = repairs.get(at).over(out);
        filters.add(0, filter);
        out = filter;
      }
      this.first = out;
    }

    Form end() throws IOException {
      for (Repair.Filter filter : filters) {
        filter.finish();
      }
      return new Form(words, digest.fingerprint(), octets);
    }
  }
}

package org.mailcaravan.sync.copy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.model.Side;
import org.mailcaravan.store.Details;
import org.mailcaravan.store.Entry;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.Place;
import org.mailcaravan.store.Standing;
import org.mailcaravan.sync.messages.BothFolders;
import org.mailcaravan.sync.messages.ContentMatch;
import org.mailcaravan.sync.messages.Keywords;

/**
 * Records in the ledger what was found at the destination, some messages at a time, with the flags
 * of both sides: where these differ, the destination's stay.
 */
public final class RecordFound implements ContentMatch.Sink {
  private static final int STEP = 1000;

  private final FolderLook look;
  private final BothFolders folders;
  private final SelectedFolder destination;
  private final Supplier<FolderLedger> ledger;
  private final Map<Long, Found> found = new TreeMap<>();
  private long recorded;

  private record Found(long destinationUid, Fingerprint fingerprint) {}

  /**
   * @param destination the folder that the messages are in
   * @param ledger of the source folder; asked for only when something was found
   */
  public RecordFound(
      FolderLook look,
      BothFolders folders,
      SelectedFolder destination,
      Supplier<FolderLedger> ledger) {
    this.look = look;
    this.folders = folders;
    this.destination = destination;
    this.ledger = ledger;
  }

  @Override
  public void found(long uid, long destinationUid, Fingerprint fingerprint) {
    found.put(uid, new Found(destinationUid, fingerprint));
    if (found.size() == STEP) {
      end();
    }
  }

  /** All that was found is recorded when this returns; how many messages that is. */
  public long end() {
    if (!found.isEmpty()) {
      FolderLedger into = ledger.get();
      into.put(
          into.pair().destinationFolder().equals(destination.name().text())
              ? inPlace()
              : elsewhere());
      recorded += found.size();
      found.clear();
    }
    return recorded;
  }

  private List<Entry> inPlace() {
    List<Long> destinationUids = found.values().stream().map(Found::destinationUid).toList();
    Map<Long, Set<String>> there = folders.flags(Side.DESTINATION, destinationUids);
    Map<Long, Set<String>> here = folders.flags(Side.SOURCE, found.keySet());
    List<Entry> entries = new ArrayList<>();
    found.forEach(
        (uid, match) -> {
          Set<String> flags = here.getOrDefault(uid, Set.of());
          Set<String> differing =
              Keywords.differing(
                  Keywords.permitted(flags, destination.permanentFlags()),
                  there.getOrDefault(match.destinationUid(), Set.of()));
          entries.add(
              entry(
                  uid, match.destinationUid(), new Details(flags, differing, match.fingerprint())));
        });
    return entries;
  }

  /** The user has moved them, and does with them what they like. */
  private List<Entry> elsewhere() {
    Map<Long, Set<String>> here = folders.flags(Side.SOURCE, found.keySet());
    List<Entry> entries = new ArrayList<>();
    found.forEach(
        (uid, match) ->
            entries.add(
                entry(
                    uid,
                    0,
                    new Details(here.getOrDefault(uid, Set.of()), Set.of(), match.fingerprint()))));
    return entries;
  }

  private Entry entry(long uid, long destinationUid, Details details) {
    return new Entry(
        uid, Place.of(destinationUid, Standing.FOUND), details, look.emailIds().get(uid));
  }
}

package org.mailcaravan.sync.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.FolderCertificate;

/** The notes of the account of a folder: counts of what is worth a sentence, and the sentences. */
final class AccountNotes {
  /** How many are named in a note. */
  private static final int EXAMPLES = 3;

  /** How the note begins that counts what is there more than once. */
  private static final String DOUBLED =
      "The new server has messages more than once, since it stored them twice, or showed them only after they had been"
          + " sent again. Copies too many: ";

  /** How the note begins that names second copies of what was sent again. */
  private static final String SECOND =
      "The new server showed messages only after they had been sent again, and has them twice. Second copies: ";

  /** How many UIDs of a folder are named in a note. */
  private static final int UIDS = 20;

  /** How many folders are named in a note. */
  private static final int FOLDERS = 5;

  private final List<String> given = new ArrayList<>();
  private final Map<String, Long> filedElsewhere = new TreeMap<>();
  private final Map<String, UidSet> secondCopies = new TreeMap<>();
  private final Set<Long> otherSizes = new TreeSet<>();
  private long doubled;
  private long cameSince;
  private long otherLineEnds;
  private long otherSize;
  private long repaired;
  private long changed;
  private long noDate;
  private long otherHeader;

  /** Adds a sentence; the same one twice counts once. */
  void add(String sentence) {
    if (!given.contains(sentence)) {
      given.add(sentence);
    }
  }

  /** A message came while the pass was running. */
  void cameSince() {
    cameSince++;
  }

  void otherLineEnds() {
    otherLineEnds++;
  }

  void otherSize(long uid) {
    otherSize++;
    if (otherSizes.size() < EXAMPLES) {
      otherSizes.add(uid);
    }
  }

  /**
   * @param byServer whether the new server has changed the message, rather than refused it as it is
   */
  void repaired(boolean byServer) {
    if (byServer) {
      changed++;
    } else {
      repaired++;
    }
  }

  void noDate() {
    noDate++;
  }

  void otherHeader() {
    otherHeader++;
  }

  void doubled(long copies) {
    doubled += copies;
  }

  void secondCopies(String folder, UidSet uids) {
    secondCopies.put(folder, uids);
  }

  void filedElsewhere(String folder) {
    filedElsewhere.merge(folder, 1L, Long::sum);
  }

  /** What the new server has more often than it should. */
  FolderCertificate.Surplus surplus() {
    return new FolderCertificate.Surplus(doubled, secondCopies.isEmpty() ? "" : secondCopies());
  }

  private String secondCopies() {
    return secondCopies.values().stream().mapToLong(UidSet::count).sum()
        + secondCopies.entrySet().stream()
            .limit(FOLDERS)
            .map(folder -> folder.getKey() + " UID " + some(folder.getValue()))
            .collect(Collectors.joining("; ", " (", ")"));
  }

  private static String some(UidSet uids) {
    UidSet some = new UidSet();
    uids.forEach(
        uid -> {
          if (some.count() < UIDS) {
            some.add(uid);
          }
        });
    return some + (uids.count() > UIDS ? " and more" : "");
  }

  /** What the new server filed elsewhere, as a sentence, or null when it filed nothing. */
  @Nullable String filedElsewhere() {
    return filedElsewhere.isEmpty()
        ? null
        : "The new server filed messages in other folders as they came, or the user moved them at once: "
            + filedElsewhere.entrySet().stream()
                .limit(FOLDERS)
                .map(folder -> folder.getKey() + " (" + folder.getValue() + ")")
                .collect(Collectors.joining(", "))
            + (filedElsewhere.size() > FOLDERS
                ? " and " + (filedElsewhere.size() - FOLDERS) + " more folders"
                : "")
            + ". They are there once. Switch off what files them (a Sieve script at APPEND, a spam filter) for the"
            + " migration, and move them to their folder where they belong.";
  }

  /**
   * All notes.
   *
   * @param ofFlags those about flags
   */
  List<String> sentences(List<String> ofFlags) {
    List<String> all = new ArrayList<>(given);
    all.addAll(ofFlags);
    String filed = filedElsewhere();
    if (filed != null) {
      all.add(filed);
    }
    if (doubled > 0) {
      all.add(DOUBLED + doubled + ".");
    }
    if (!secondCopies.isEmpty()) {
      all.add(SECOND + secondCopies() + ".");
    }
    if (cameSince > 0) {
      all.add(
          "Messages that came while this pass was running, which the next pass copies: "
              + cameSince
              + ".");
    }
    if (otherLineEnds > 0) {
      all.add(
          "Messages that have other line ends at the new server, as servers store them, and are otherwise the same: "
              + otherLineEnds
              + ".");
    }
    if (repaired > 0) {
      all.add(
          "Messages that the new server refused as they are and that are stored repaired; their originals are kept as"
              + " files: "
              + repaired
              + ".");
    }
    if (changed > 0) {
      all.add(
          "Messages that the new server took, and stored otherwise in a way that is known, as is listed: "
              + changed
              + ".");
    }
    if (noDate > 0) {
      all.add(
          "Messages of which the old provider gives no date, or an impossible one; their copies have the date of their"
              + " header, or else of the day they were copied: "
              + noDate
              + ".");
    }
    if (otherSize > 0) {
      all.add(
          "Messages whose size at the new server is not what the old provider announces, and whose content, as it came"
              + " from there, is the same: "
              + otherSize
              + " (such as UID "
              + otherSizes.stream().map(String::valueOf).collect(Collectors.joining(", "))
              + ").");
    }
    if (otherHeader > 0) {
      all.add(
          "Messages whose header was changed by the new server, or by a tool that copied before (lines added or folded"
              + " anew); their Message-ID, date, people, subject, content type, encoding and body were compared and are"
              + " the same: "
              + otherHeader
              + ".");
    }
    return all;
  }
}

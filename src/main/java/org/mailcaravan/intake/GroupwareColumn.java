package org.mailcaravan.intake;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.GroupwareSource;

/** Reads the columns for contacts and calendars of one row. */
final class GroupwareColumn {
  /** Stands between several names. */
  static final char SEPARATOR = '|';

  static final String AT_PROVIDER = "dav";
  // For one mailbox; more is a mistake, and each is opened before the request is accepted.
  private static final int MOST_FILES = 1000;

  /** Characters of all names with their digests, as they are kept in the database. */
  private static final int LONGEST_LIST = 800_000;

  private static final int FOR_EACH = 100;

  private static final int LONGEST_URL = 2000;

  private final RowCheck check;
  private final AttachmentFinder attachments;
  private final RawRow raw;

  GroupwareColumn(RowCheck check, AttachmentFinder attachments, RawRow raw) {
    this.check = check;
    this.attachments = attachments;
    this.raw = raw;
  }

  /**
   * Where the contacts or events come from, or null when the cell is empty or was reported as a
   * problem.
   *
   * @param hasServer whether a server for them is configured
   * @param property names that server
   */
  @Nullable GroupwareSource source(Column column, boolean hasServer, String property) {
    List<String> names = names(column);
    boolean fromServer = isFromServer(names);
    if (names.isEmpty()) {
      return null;
    }
    if (!hasServer) {
      check.add(
          column,
          fromServer
              ? "is given, and we have no server to import to"
              : "names a file, and we have no server to import it to",
          "Ask us to set " + property + ", or leave the column empty.");
      return null;
    }
    if (!fromServer) {
      return files(column, names);
    }
    if (names.size() > 1) {
      check.add(
          column,
          "holds both dav and the name of a file",
          "Write dav alone to have them fetched from the old provider, or only names of files.");
      return null;
    }
    return atProvider();
  }

  /** Reports a URL of a server from which nothing is fetched. */
  void checkUrl() {
    if (!raw.text(Column.SOURCE_DAV_URL).isEmpty()
        && !isFromServer(names(Column.CONTACTS))
        && !isFromServer(names(Column.CALENDAR))) {
      check.add(
          Column.SOURCE_DAV_URL,
          "is given, and neither contacts nor calendar says dav",
          "Write dav into contacts or calendar to have them fetched from there, or leave it empty.");
    }
  }

  /** Tells when a collection has a name, and nothing goes into it. */
  void checkCollection(Column collection) {
    Column from =
        switch (collection) {
          case CONTACTS_COLLECTION -> Column.CONTACTS;
          case CALENDAR_COLLECTION -> Column.CALENDAR;
          default -> null;
        };
    if (from != null && names(from).isEmpty()) {
      check.add(
          collection,
          "is given, and " + from.word() + " is empty, so that nothing goes there",
          "Leave it empty, or say in " + from.word() + " what is to be imported.");
    }
  }

  private static boolean isFromServer(List<String> names) {
    return names.stream().anyMatch(AT_PROVIDER::equalsIgnoreCase);
  }

  private List<String> names(Column column) {
    List<String> names = new ArrayList<>();
    for (String name : raw.text(column).split("\\" + SEPARATOR, -1)) {
      if (!Texts.trimmed(name).isEmpty()) {
        names.add(Texts.trimmed(name));
      }
    }
    return names;
  }

  private @Nullable GroupwareSource files(Column column, List<String> names) {
    Set<Path> files = new LinkedHashSet<>();
    String extension = column == Column.CONTACTS ? ".vcf" : ".ics";
    if (names.size() > MOST_FILES) {
      tooMany(column, names.size());
      return null;
    }
    for (int i = 0; i < names.size(); i++) {
      try {
        files.addAll(attachments.find(names.get(i), extension));
      } catch (AttachmentFinder.Unusable e) {
        // By its number: a cell of a row with swapped columns may be a password.
        String which = names.size() == 1 ? "" : "name " + (i + 1) + " of " + names.size() + " ";
        check.add(column, which + e.problem(), e.remedy());
        return null;
      }
    }
    int length = files.stream().mapToInt(file -> file.toString().length() + FOR_EACH).sum();
    if (files.size() > MOST_FILES || length > LONGEST_LIST) {
      tooMany(column, files.size());
      return null;
    }
    return exported(column, List.copyOf(files));
  }

  private void tooMany(Column column, int files) {
    check.add(
        column,
        "names " + files + " files, more than " + MOST_FILES + ", or with names too long together",
        "Put them into a .zip archive and name that.");
  }

  private @Nullable GroupwareSource exported(Column column, List<Path> files) {
    try {
      List<String> digests = new ArrayList<>();
      for (Path file : files) {
        digests.add(attachments.digest(file));
      }
      return new GroupwareSource.Exported(files, digests);
    } catch (IOException e) {
      check.add(
          column,
          "names a file that cannot be read",
          "See that we may read it, and send it again.");
      return null;
    }
  }

  private @Nullable GroupwareSource atProvider() {
    String text = raw.text(Column.SOURCE_DAV_URL);
    if (text.isEmpty()) {
      return new GroupwareSource.AtProvider(null);
    }
    try {
      if (text.length() > LONGEST_URL) {
        throw new IllegalArgumentException("is longer than " + LONGEST_URL + " characters");
      }
      return new GroupwareSource.AtProvider(new URI(text));
    } catch (URISyntaxException e) {
      addUrlProblem("is not a URL");
    } catch (IllegalArgumentException e) {
      addUrlProblem(String.valueOf(e.getMessage()));
    }
    return null;
  }

  private void addUrlProblem(String problem) {
    check.add(
        Column.SOURCE_DAV_URL,
        problem,
        "Write the address alone, such as https://dav.example.org/, or leave it empty to have it"
            + " looked for; the login is that of the mailbox.");
  }
}

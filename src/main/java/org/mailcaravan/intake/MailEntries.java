package org.mailcaravan.intake;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the text of a mail says of mailboxes, in its order. For one text. */
final class MailEntries {
  private final List<MailEntry> entries = new ArrayList<>();

  /** Adds what is not empty to the mailbox before, or as the next one as long as there is room. */
  void add(MailEntry entry) {
    if (entry.isEmpty()) {
      return;
    }
    MailEntry last = entries.isEmpty() ? entry : entries.get(entries.size() - 1);
    if (last != entry && last.takes(entry)) {
      last.addAll(entry);
    } else if (entries.size() < RequestText.MOST_ROWS) {
      entries.add(entry);
    }
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /** Where nothing has an address: a login name that is one, of a server that receives mail. */
  void nameByLogins() {
    if (entries.stream().noneMatch(MailEntry::isNamed)) {
      entries.forEach(MailEntry::nameByLogin);
    }
  }

  /** Whether they make a mail a request: a mailbox, or an address and the password of somebody. */
  boolean areRequest() {
    return entries.stream().anyMatch(MailEntry::isRequest)
        || (entries.stream().anyMatch(entry -> !entry.addresses().isEmpty())
            && entries.stream().anyMatch(entry -> entry.has(Column.SOURCE_PASSWORD)));
  }

  /** The domains of its mailboxes; those of all addresses where no mailbox is certain. */
  Set<String> domains() {
    boolean isCertain = entries.stream().anyMatch(MailEntry::isRequest);
    return entries.stream()
        .filter(entry -> !isCertain || entry.isRequest())
        .flatMap(entry -> entry.addresses().stream())
        .flatMap(address -> RowCheck.domain(address).stream())
        .collect(Collectors.toSet());
  }

  /** The mailboxes with the passwords that they share; what is not certain is marked so. */
  List<MailEntry> settled() {
    sharePasswords();
    return withoutLists();
  }

  /** "Password (for both)" below the addresses. */
  private void sharePasswords() {
    List<MailEntry> before = new ArrayList<>();
    for (MailEntry entry : List.copyOf(entries)) {
      MailField password = entry.passwordForAll();
      if (password != null) {
        // "One / two" may be one for each.
        int mailboxes = before.size() + (entry.isNamed() ? 1 : 0);
        if (mailboxes > 1
            && (MailValues.parts(password.text()) == mailboxes
                || areOfSeveralDomains(before, entry))) {
          entries.set(
              entries.indexOf(entry),
              MailEntry.unclear(entry.line(), MailEntry.UNCLEAR, MailEntry.REMEDY));
        } else {
          before.stream().filter(each -> !each.hasPassword()).forEach(each -> each.add(password));
        }
        before.clear();
      } else if (entry.isOnlyNamed()) {
        before.add(entry);
      }
    }
  }

  /** Somebody who is only named among them must not have the password tried at his provider. */
  private static boolean areOfSeveralDomains(List<MailEntry> before, MailEntry entry) {
    return Stream.concat(before.stream(), Stream.of(entry))
            .flatMap(each -> each.addresses().stream())
            .flatMap(address -> RowCheck.domain(address).stream())
            .distinct()
            .count()
        > 1;
  }

  /**
   * Addresses below each other, and then as many passwords, or a password above and below an
   * address: nothing says which is whose.
   */
  private List<MailEntry> withoutLists() {
    List<MailEntry> settled = new ArrayList<>();
    int named = 0;
    for (int i = 0; i < entries.size(); i++) {
      MailEntry entry = entries.get(i);
      boolean isListed =
          (named > 0 || entry.beginsWithPassword())
              && entry.isNamed()
              && entry.hasPassword()
              && i + 1 < entries.size()
              && isLonePassword(entries.get(i + 1));
      if (isListed) {
        List<MailEntry> before = settled.subList(settled.size() - named, settled.size());
        int line = before.isEmpty() ? entry.line() : before.get(0).line();
        before.clear();
        while (i + 1 < entries.size() && isLonePassword(entries.get(i + 1))) {
          i++;
        }
        entry = MailEntry.unclear(line, MailEntry.UNCLEAR, MailEntry.REMEDY);
      }
      named = entry.isOnlyNamed() && !entry.inTable() ? named + 1 : 0;
      settled.add(entry);
    }
    return settled;
  }

  private static boolean isLonePassword(MailEntry entry) {
    return !entry.isNamed() && entry.hasPassword() && !entry.inTable();
  }

  /** Whether more than one of them has an address. */
  boolean haveSeveralAddresses() {
    return entries.stream()
            .filter(MailEntry::isNamed)
            .mapToInt(entry -> Math.max(1, entry.addresses().size()))
            .sum()
        > 1;
  }

  /**
   * A server that is said once, for mailboxes that name none.
   *
   * @param cells what is said of it
   * @param domains whose mailboxes it is for, in lower case; empty where it stands for itself
   */
  record Server(Map<Column, String> cells, Set<String> domains) {
    /** The row of a mailbox, with what is said of its server elsewhere. */
    RawRow into(RawRow row) {
      if (row.isUnreadable()) {
        return row;
      }
      Map<Column, String> with = new EnumMap<>(Column.class);
      with.putAll(row.cells());
      if (isFor(row) || isNamedBy(row)) {
        cells.forEach(with::putIfAbsent);
      }
      return new RawRow(row.line(), with, row.problems(), row.unsorted());
    }

    /** Its port and security are those of a row that names it, too. */
    private boolean isNamedBy(RawRow row) {
      return row.text(Column.SOURCE_IMAP_SERVER)
          .equalsIgnoreCase(cells.getOrDefault(Column.SOURCE_IMAP_SERVER, ""));
    }

    /** A password is sent to no server of which nothing says that it has the mailbox. */
    private boolean isFor(RawRow row) {
      return row.text(Column.SOURCE_IMAP_SERVER).isEmpty()
          && (domains.isEmpty()
              || RowCheck.domain(row.text(Column.SOURCE_EMAIL))
                  .filter(domain -> domains.contains(domain.toLowerCase(Locale.ROOT)))
                  .isPresent());
    }
  }

  /** What mailboxes have in common that say nothing else. */
  Server server() {
    Map<Column, String> cells = new EnumMap<>(Column.class);
    for (Column column : MailEntry.OF_SERVER) {
      Set<String> said = new HashSet<>();
      entries.forEach(entry -> said.addAll(entry.texts(column)));
      if (said.size() == 1) {
        cells.put(column, said.iterator().next());
      }
    }
    List<MailEntry> naming =
        entries.stream()
            .filter(entry -> !entry.texts(Column.SOURCE_IMAP_SERVER).isEmpty())
            .toList();
    if (!naming.isEmpty() && !cells.containsKey(Column.SOURCE_IMAP_SERVER)) {
      // Each has its own.
      return new Server(Map.of(), Set.of());
    }
    Set<String> domains = new HashSet<>();
    for (MailEntry entry : naming) {
      entry.addresses().stream()
          .flatMap(address -> RowCheck.domain(address).stream())
          .forEach(domain -> domains.add(domain.toLowerCase(Locale.ROOT)));
    }
    boolean standsForItself = naming.stream().anyMatch(entry -> !entry.isNamed());
    return new Server(cells, standsForItself ? Set.of() : domains);
  }
}

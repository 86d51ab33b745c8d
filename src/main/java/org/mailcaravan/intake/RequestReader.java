package org.mailcaravan.intake;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.mailcaravan.model.Channel;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestReading;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Server;

/**
 * Reads a request: CSV in the forms that people have, JSON, or an Excel workbook. A bad row never
 * stops its neighbours. Thread-safe.
 */
public final class RequestReader {
  /** The media type of an Excel workbook (.xlsx). */
  public static final String WORKBOOK =
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

  /** Sentences on servers that rows do not name. */
  private static final int MOST_FOUND = 20;

  private final RequestRules rules;
  private final SourceServers sources;

  /**
   * @param sources finds the servers of rows that name none
   */
  public RequestReader(RequestRules rules, SourceServers sources) {
    this.rules = rules;
    this.sources = sources;
  }

  /** Reads requests whose rows all name their server. */
  RequestReader(RequestRules rules) {
    this(rules, SourceServers.NONE);
  }

  /**
   * Reads a file.
   *
   * @param file relative names of contacts and calendars count from its folder
   * @return the good rows, and what is wrong with the others; either may be empty
   * @throws RequestRejected when the file as a whole cannot be used
   */
  public Request read(Path file) {
    Path folder = file.toAbsolutePath().normalize().getParent();
    return read(
        RequestText.nameOf(file),
        RawRequest.read(file),
        folder == null ? file.toAbsolutePath() : folder);
  }

  /**
   * Checks what was parsed.
   *
   * @param folder relative names of contacts and calendars count from it
   */
  Request read(String name, RawRequest raw, Path folder) {
    if (!raw.columns().isEmpty() && !rules.passwordMayComeLater()) {
      CsvHeader.requirePasswords(name, raw.columns());
    }
    AttachmentFinder attachments = new AttachmentFinder(folder, rules.allowedFolders());
    List<RequestRow> rows = new ArrayList<>();
    Map<String, RequestRow> seen = new HashMap<>();
    Map<Server, Server> servers = new HashMap<>();
    IdentityHashMap<RawRow, List<RowProblem>> bad = new IdentityHashMap<>();
    SourceServers found = sources.lookedUp(addressesWithoutServer(raw));
    Set<String> hows = new LinkedHashSet<>();
    Lines withoutPassword = new Lines();
    boolean hasServers =
        raw.columns().isEmpty() || raw.columns().contains(Column.SOURCE_IMAP_SERVER);
    int number = 0;
    for (RawRow rawRow : raw.rows()) {
      RowCheck check = new RowCheck(rules, attachments, found, servers, hasServers, rawRow);
      Optional<RequestRow> checked = check.check(++number);
      if (hows.size() < MOST_FOUND) {
        check.howFound().ifPresent(hows::add);
      }
      ConfusedColumns confused = new ConfusedColumns(rawRow);
      confused.tell(check::add);
      if (checked.filter(RequestRow::lacksPassword).isPresent()) {
        confused.tellOfMissingPassword(check::add);
      }
      Optional<RequestRow> row = checked.filter(any -> check.problems().isEmpty());
      RequestRow before = row.map(good -> seen.putIfAbsent(key(good), good)).orElse(null);
      if (before != null) {
        Secret password = row.map(RequestRow::sourcePassword).orElse(before.sourcePassword());
        check.add(
            Column.SOURCE_EMAIL,
            (raw.form() instanceof RawRequest.Json
                    ? "the same mailbox goes to the same place in object %d already"
                    : "the same mailbox goes to the same place on line %d already")
                .formatted(before.line()),
            password.equals(before.sourcePassword())
                ? "Remove one of the two."
                : "Remove the one with the wrong password: they have different ones.");
      }
      if (check.problems().isEmpty()) {
        row.ifPresent(rows::add);
        if (row.filter(RequestRow::lacksPassword).isPresent()) {
          withoutPassword.add(rawRow.line());
        }
      } else {
        bad.put(rawRow, check.problems());
      }
    }
    return new Request(
        Channel.COMMAND,
        name,
        rows,
        withValues(bad, raw.rows()),
        reading(raw, hows, withoutPassword));
  }

  private RequestReading reading(RawRequest raw, Set<String> hows, Lines withoutPassword) {
    RawRequest.Facts facts = raw.facts();
    List<String> notes =
        new ArrayList<>(facts.notes().sentences(facts.isGuessed(), rules.destinationHost()));
    if (!withoutPassword.isEmpty()) {
      notes.add(
          "No password stands on "
              + withoutPassword.words(raw.form() instanceof RawRequest.Json ? "object" : "line")
              + ": each of these mailboxes waits until its password comes.");
    }
    notes.addAll(hows);
    return facts.reading().with(notes);
  }

  private static Set<String> addressesWithoutServer(RawRequest raw) {
    return raw.rows().stream()
        .filter(row -> !row.isUnreadable() && row.text(Column.SOURCE_IMAP_SERVER).isEmpty())
        .map(row -> row.text(Column.SOURCE_EMAIL))
        .filter(RowCheck::isAddress)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /**
   * The problems of bad rows; each shows what stands there, where that may be shown. Several rows
   * of a mail may stand on one line.
   */
  private static List<RowProblem> withValues(
      IdentityHashMap<RawRow, List<RowProblem>> bad, List<RawRow> all) {
    Set<Integer> lines = bad.keySet().stream().map(RawRow::line).collect(Collectors.toSet());
    ClearCells clear = new ClearCells(all, lines::contains);
    return all.stream()
        .flatMap(
            row ->
                bad.getOrDefault(row, List.of()).stream()
                    .map(problem -> withValue(problem, row, clear)))
        .toList();
  }

  private static RowProblem withValue(RowProblem problem, RawRow row, ClearCells clear) {
    Optional<Column> column = Column.find(problem.column());
    return column.isEmpty() || !problem.value().isEmpty()
        ? problem
        : problem.withValue(clear.of(row, column.get()));
  }

  /** Two rows with the same key would copy the same mail twice. */
  private static String key(RequestRow row) {
    return String.join("\n", row.source().host(), row.sourceUsername(), row.destinationAddress())
        .toLowerCase(Locale.ROOT);
  }
}

package org.mailcaravan.report;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.MigrationResult;
import org.mailcaravan.store.DueReports;
import org.mailcaravan.store.Migrations;
import org.mailcaravan.store.PassResults;

/**
 * Results and reports of finished migrations: the bean {@code reports} of the routes. Thread-safe.
 */
public final class Reports {
  /** The list beside the report, which nobody translates. */
  private static final CustomerWords OURS = new CustomerWords(words -> words, false);

  private final Migrations migrations;
  private final PassResults results;
  private final DueReports due;
  private final Path folder;

  /**
   * @param folder the folder with one subfolder for each migration's report
   */
  public Reports(Migrations migrations, PassResults results, DueReports due, Path folder) {
    this.migrations = migrations;
    this.results = results;
    this.due = due;
    this.folder = folder;
  }

  /** The ids of the migrations whose reports are to be written here. */
  public List<String> due() {
    return due.due();
  }

  /** Whether the caller is to write a report: each is given to one. */
  public boolean take(String migrationId) {
    return due.take(migrationId);
  }

  /**
   * The result of a finished migration.
   *
   * @throws java.util.NoSuchElementException when it has not finished
   */
  public MigrationResult result(String migrationId) {
    return ended(migrationId).orElseThrow();
  }

  /** The same; empty where passes of it wait or run again. */
  public Optional<MigrationResult> ended(String migrationId) {
    return migrations.finishedAt(migrationId).map(at -> result(migrationId, at));
  }

  private MigrationResult result(String migrationId, Instant finished) {
    Migration migration = migrations.migration(migrationId);
    return new MigrationResult(
        migration, finished, results.of(migration), folder.resolve(migrationId));
  }

  /**
   * Writes the report into the folder of the migration: {@code report.json} for programs, {@code
   * report.txt} for people, {@code not-moved.csv} for the customer. It is not due any more then.
   *
   * @throws UncheckedIOException when it cannot be written
   */
  public void write(MigrationResult result) {
    write(result, "report.json", out -> ResultJson.write(result, out));
    write(
        result,
        CustomerFile.NOT_MOVED,
        out -> {
          long unused = NotMoved.write(result, OURS, out);
        });
    write(result, "report.txt", out -> ResultTable.write(result, out));
    due.written(result.migration().id());
  }

  /** The totals of a migration, as they stand in {@code report.json}, without its lists. */
  public String json(MigrationResult result) {
    return ResultJson.totals(result);
  }

  /** What a pass did, as {@code report.json} has it of each mailbox. */
  public String json(MailboxResult result) {
    return ResultJson.json(result);
  }

  /** What {@code report.txt} says; of a large migration that is long. */
  public String text(MigrationResult result) {
    return ResultTable.of(result);
  }

  private static void write(MigrationResult result, String name, Consumer<PrintWriter> content) {
    try {
      Path file = Files.createDirectories(result.reportFolder()).resolve(name);
      Path part = file.resolveSibling(name + ".part");
      try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(part))) {
        content.accept(out);
        if (out.checkError()) {
          throw new IOException(part + " cannot be written; is the disk full?");
        }
      }
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

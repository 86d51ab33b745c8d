package org.mailcaravan.report;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.MigrationResult;
import org.mailcaravan.store.Migrations;
import org.mailcaravan.store.PassResults;
import org.mailcaravan.store.ToldMigrations;

/**
 * What the customer of a migration gets to keep: the certificates as pages, and the list of what
 * was not moved. They are made from what the database knows, since the folder of the report may be
 * at another node. No password is in them. Thread-safe.
 */
public final class CustomerFiles {
  /** Those of larger migrations are in the folder of the report alone. */
  private static final int MOST_MAILBOXES = 500;

  private static final long MOST_IN_ALL = 64L << 20;

  /** Octets that go with one mail; mail servers take little more than ten million. */
  private static final int MOST_OCTETS = 2_000_000;

  private static final int MOST_PAGES = 10;
  private static final String PAGES = "certificates.zip";

  /** The same files make the same octets. */
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private final Migrations migrations;
  private final PassResults results;
  private final Certificates certificates;
  private final ToldMigrations told;
  private final UnaryOperator<String> usual;

  /**
   * @param usual says a sentence in the words of customers, where nobody knows their language
   */
  public CustomerFiles(
      Migrations migrations,
      PassResults results,
      Certificates certificates,
      ToldMigrations told,
      UnaryOperator<String> usual) {
    this.migrations = migrations;
    this.results = results;
    this.certificates = certificates;
    this.told = told;
    this.usual = usual;
  }

  /**
   * Those that go with a mail: a page for each certificate, or all pages in one file where there
   * are more than ten; and the list, unless nothing is in it. What is larger than two million
   * octets with what stands before it is left out, the list last. Nothing is in them of mailboxes
   * that others asked for before.
   *
   * @param words those of the language of the mail
   */
  public List<CustomerFile> toMail(String migrationId, UnaryOperator<String> words) {
    List<CustomerFile> mailed = new ArrayList<>();
    long room = MOST_OCTETS;
    List<CustomerFile> pages = new ArrayList<>();
    Set<String> withheld = told.askedForByOthersBefore(migrationId);
    for (CustomerFile file : all(migrationId, withheld, new CustomerWords(words, true))) {
      if (!file.isNotMoved()) {
        pages.add(file);
      } else if (file.octets().length <= room) {
        mailed.add(file);
        room -= file.octets().length;
      }
    }
    List<CustomerFile> packed =
        pages.size() <= MOST_PAGES
            ? pages
            : List.of(new CustomerFile(PAGES, "application/zip", zip(pages)));
    if (packed.stream().mapToLong(file -> file.octets().length).sum() <= room) {
      mailed.addAll(0, packed);
    }
    return mailed;
  }

  /**
   * All of them in one ZIP file.
   *
   * @return empty where there are none, or too many
   */
  public Optional<byte[]> zip(String migrationId) {
    List<CustomerFile> files = all(migrationId, Set.of(), new CustomerWords(usual, false));
    return files.isEmpty() ? Optional.empty() : Optional.of(zip(files));
  }

  /**
   * @param withheld ids of mailboxes of which nothing is told
   */
  private List<CustomerFile> all(String migrationId, Set<String> withheld, CustomerWords words) {
    Migration whole = migrations.migration(migrationId);
    Migration migration = without(withheld, whole);
    if (migration.mailboxes().size() > MOST_MAILBOXES) {
      return List.of();
    }
    MigrationResult result =
        new MigrationResult(
            migration,
            migrations.finishedAt(migrationId).orElse(migration.opened()),
            results.of(whole).stream()
                .filter(each -> !withheld.contains(each.mailbox().id()))
                .toList(),
            Path.of(migrationId));
    List<CustomerFile> files = new ArrayList<>();
    long octets = 0;
    StringWriter list = new StringWriter();
    if (NotMoved.write(result, words, new PrintWriter(list)) > 0) {
      files.add(
          new CustomerFile(
              CustomerFile.NOT_MOVED,
              "text/csv; charset=UTF-8",
              list.toString().getBytes(StandardCharsets.UTF_8)));
    }
    for (MailboxResult mailbox : result.mailboxes()) {
      Optional<CustomerFile> page = certificates.page(mailbox);
      page.ifPresent(files::add);
      octets += page.map(file -> file.octets().length).orElse(0);
      if (octets > MOST_IN_ALL) {
        return List.of();
      }
    }
    return files;
  }

  private static Migration without(Set<String> mailboxes, Migration migration) {
    return new Migration(
        migration.id(),
        migration.name(),
        migration.opened(),
        migration.mailboxes().stream()
            .filter(mailbox -> !mailboxes.contains(mailbox.id()))
            .toList(),
        migration.rejected(),
        migration.reading());
  }

  private static byte[] zip(List<CustomerFile> files) {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(octets)) {
      for (CustomerFile file : files) {
        ZipEntry entry = new ZipEntry(file.name());
        entry.setTimeLocal(NO_TIME);
        zip.putNextEntry(entry);
        zip.write(file.octets());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return octets.toByteArray();
  }
}

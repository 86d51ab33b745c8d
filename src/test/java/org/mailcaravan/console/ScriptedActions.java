package org.mailcaravan.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.Secret;

/** Remembers what it is told. */
final class ScriptedActions implements ServiceActions {
  record Submitted(String name, String text) {}

  record Password(String mailbox, Account account, Secret password) {}

  final List<Submitted> submitted = new ArrayList<>();
  final List<Path> files = new ArrayList<>();
  final List<Password> passwords = new ArrayList<>();
  final Map<String, Path> reports = new HashMap<>();
  @Nullable MigrationException failure;

  /** What a login with a password, a request and the report of a migration wait for. */
  volatile Runnable server = () -> {};

  @Override
  public Migration submit(Path file) {
    server.run();
    return submitted(file);
  }

  private synchronized Migration submitted(Path file) {
    try {
      files.add(file);
      submitted.add(new Submitted(String.valueOf(file.getFileName()), Files.readString(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    fail();
    return new Migration("20261128-1-wörk 1", "wörk 1.csv", Instant.EPOCH, List.of(), List.of());
  }

  private void fail() {
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public void changePassword(String mailboxId, Account account, Secret password, String actor) {
    server.run();
    keep(new Password(mailboxId, account, password));
  }

  private synchronized void keep(Password password) {
    fail();
    passwords.add(password);
  }

  @Override
  public Optional<Path> report(String migrationId) {
    server.run();
    return Optional.ofNullable(reports.get(migrationId));
  }

  @Override
  public Path writeReport(String migrationId) {
    return Path.of("/reports", migrationId);
  }
}

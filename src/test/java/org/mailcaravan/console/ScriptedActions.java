package org.mailcaravan.console;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.intake.Upload;
import org.mailcaravan.model.Caller;
import org.mailcaravan.model.Language;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.status.FailingRoute;
import org.mailcaravan.model.status.RefusedRoutes;
import org.mailcaravan.store.Migrations;

/** Remembers what it is told. */
final class ScriptedActions implements ServiceActions {

  record Password(String mailbox, Account account, Secret password) {}

  final List<Upload> submitted = new ArrayList<>();
  volatile @Nullable String answer;
  final List<Password> passwords = new ArrayList<>();
  final Map<String, Path> reports = new HashMap<>();
  final Map<String, byte[]> files = new HashMap<>();
  @Nullable MigrationException failure;
  volatile @Nullable RefusedRoutes refusedRoutes;
  volatile List<FailingRoute> failingRoutes = List.of();

  /** What a login with a password, a request and the report of a migration wait for. */
  volatile Runnable server = () -> {};

  @Override
  public Migration submit(Upload upload) {
    server.run();
    return submitted(upload);
  }

  private synchronized Migration submitted(Upload upload) {
    submitted.add(upload);
    fail();
    return new Migration("20261128-1-wörk 1", "wörk 1.csv", Instant.EPOCH, List.of(), List.of());
  }

  @Override
  public Optional<RefusedRoutes> refusedRoutes() {
    return Optional.ofNullable(refusedRoutes);
  }

  @Override
  public List<FailingRoute> failingRoutes() {
    return failingRoutes;
  }

  @Override
  public Optional<Migrations.Opened> opened(Caller.Key key) {
    return Optional.empty();
  }

  @Override
  public Optional<String> answer(String migrationId, boolean html, @Nullable Language language) {
    return Optional.ofNullable(answer)
        .map(text -> html ? "<p>" + text : text)
        .map(text -> language == null ? text : language.word() + ": " + text);
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
  public Optional<byte[]> files(String migrationId) {
    return Optional.ofNullable(files.get(migrationId));
  }

  @Override
  public Path writeReport(String migrationId) {
    return Path.of("/reports", migrationId);
  }
}

package org.mailcaravan;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.console.ServiceActions;
import org.mailcaravan.intake.Upload;
import org.mailcaravan.model.Caller;
import org.mailcaravan.model.Language;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Where;
import org.mailcaravan.model.status.FailingRoute;
import org.mailcaravan.model.status.RefusedRoutes;
import org.mailcaravan.report.CustomerFiles;
import org.mailcaravan.routes.Entrances;
import org.mailcaravan.routes.RouteReload;
import org.mailcaravan.routes.RunningRoutes;
import org.mailcaravan.store.Answers;
import org.mailcaravan.store.Migrations;
import org.mailcaravan.tickets.AnswerText;

/** What the API has the service do: most of it are the routes that commands use, too. */
final class ServiceWork implements ServiceActions {
  private final Path reports;
  private final CustomerFiles files;
  private final Migrations migrations;
  private final Answers answers;
  private final AnswerText answerText;
  private final PasswordTrial passwords;
  private final AtomicReference<RunningRoutes> routes = new AtomicReference<>();
  private final AtomicReference<RouteReload> reload = new AtomicReference<>();

  /**
   * @param reports the folder with a folder for each migration
   */
  ServiceWork(
      Path reports,
      CustomerFiles files,
      Migrations migrations,
      Answers answers,
      AnswerText answerText,
      PasswordTrial passwords) {
    this.reports = reports;
    this.files = files;
    this.migrations = migrations;
    this.answers = answers;
    this.answerText = answerText;
    this.passwords = passwords;
  }

  /** From now on these routes run. */
  void use(RunningRoutes running) {
    routes.set(running);
  }

  /** From now on it is looked whether their files change. */
  void watch(RouteReload reloads) {
    reload.set(reloads);
  }

  @Override
  public Optional<RefusedRoutes> refusedRoutes() {
    return Optional.ofNullable(reload.get()).flatMap(RouteReload::refused);
  }

  @Override
  public List<FailingRoute> failingRoutes() {
    RunningRoutes running = routes.get();
    return running == null ? List.of() : running.failing();
  }

  private RunningRoutes routes() {
    RunningRoutes running = routes.get();
    if (running == null) {
      throw new RequestRejected(
          new Problem(
              Where.PROGRAM, "the service is starting", Owner.US, "Try again in a few seconds."));
    }
    return running;
  }

  @Override
  public Migration submit(Upload upload) {
    try {
      return RouteCalls.body(routes(), Entrances.ACCEPT_UPLOAD, upload, Map.of(), Migration.class);
    } catch (OutOfMemoryError e) {
      throw RouteCalls.tooLarge(upload.name(), e);
    }
  }

  @Override
  public Optional<Migrations.Opened> opened(Caller.Key key) {
    return migrations.openedBy(key.stored());
  }

  @Override
  public Optional<String> answer(String migrationId, boolean html, @Nullable Language language) {
    Optional<Answers.OfRequest> queued = answers.ofRequest(migrationId);
    if (queued.isPresent() && !queued.get().isGiven()) {
      return Optional.empty();
    }
    Answers.Answer answer =
        queued
            .map(Answers.OfRequest::answer)
            .orElseGet(() -> Answers.Answer.of(migrationId, new Caller(null, List.of(), null)));
    return Optional.of(
        html ? answerText.html(answer, language) : answerText.plain(answer, language));
  }

  @Override
  public void changePassword(String mailboxId, Account account, Secret password, String actor) {
    passwords.change(mailboxId, account, password, actor);
  }

  @Override
  public Optional<Path> report(String migrationId) {
    return Optional.of(reports.resolve(migrationId).resolve("report.json"))
        .filter(Files::isRegularFile);
  }

  @Override
  public Optional<byte[]> files(String migrationId) {
    return files.zip(migrationId);
  }

  @Override
  public Path writeReport(String migrationId) {
    Object unused =
        RouteCalls.body(routes(), "direct:write-report", migrationId, Map.of(), Object.class);
    return reports.resolve(migrationId);
  }
}

package org.mailcaravan;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.mailcaravan.clients.ClientFiles;
import org.mailcaravan.console.ApiServer;
import org.mailcaravan.console.Counter;
import org.mailcaravan.console.EventLines;
import org.mailcaravan.console.Mount;
import org.mailcaravan.report.CustomerFiles;
import org.mailcaravan.report.NightDigest;
import org.mailcaravan.routes.RouteReload;
import org.mailcaravan.routes.RunningRoutes;
import org.mailcaravan.settings.Keys;
import org.mailcaravan.settings.Settings;
import org.mailcaravan.store.Answers;
import org.mailcaravan.store.Controls;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.Events;
import org.mailcaravan.store.Forecasts;
import org.mailcaravan.store.Migrations;
import org.mailcaravan.store.Overview;
import org.mailcaravan.tickets.AnswerText;

/** Makes the API of the service. A class of its own: other commands load nothing that it needs. */
final class ServiceApi implements AutoCloseable {
  private final ApiServer server;
  private final ServiceWork work;

  ServiceApi(
      Settings settings,
      Database database,
      String node,
      Duration lease,
      Controls controls,
      PasswordTrial passwords,
      CountedProgress progress,
      LongSupplier leasesLost,
      Clock clock,
      Events events,
      Migrations migrations,
      Answers answers,
      AnswerText answerText,
      Forecasts forecasts,
      Path reports,
      CustomerFiles files,
      ClientFiles clients,
      NightDigest digests) {
    Path data = settings.get(Keys.DATA_FOLDER);
    work = new ServiceWork(reports, files, migrations, answers, answerText, passwords);
    server =
        new ApiServer(
            new ApiServer.Place(
                settings.get(Keys.API_ADDRESS), settings.get(Keys.API_PORT), data, node),
            new ApiServer.Sources(
                database,
                new Overview(
                    database,
                    lease,
                    forecasts,
                    settings.looksAtDomains(),
                    settings.get(Keys.CREATE_MAILBOX)),
                controls,
                new EventLines(events),
                work,
                lease,
                settings.get(Keys.DROP_FOLDER),
                List.of(DataFolder.spool(data), data.resolve("set-aside")),
                List.of(
                    new Counter(
                        "mailcaravan_messages_copied",
                        "Messages that this node has copied, found copied or set aside",
                        progress::messages),
                    new Counter(
                        "mailcaravan_copied_bytes", "Their size in octets", progress::bytes),
                    new Counter(
                        "mailcaravan_leases_lost",
                        "Leases of passes that ended before their passes, as this node found",
                        leasesLost)),
                clients,
                digests),
            clock);
  }

  /** What the routes of the API find, by name. */
  Map<String, Object> beans() {
    return server.beans();
  }

  /**
   * Lets callers in.
   *
   * @throws org.mailcaravan.model.RequestRejected when the port cannot be used
   */
  void open(RunningRoutes routes) {
    work.use(routes);
    server.open();
  }

  /** Tells why changed route files are not used. */
  void watch(RouteReload reload) {
    work.watch(reload);
  }

  /** What one generation of routes gets its calls by. */
  Mount mount() {
    return server.mount();
  }

  /** Where it listens. */
  String url() {
    return server.url();
  }

  @Override
  public void close() {
    server.close();
  }
}

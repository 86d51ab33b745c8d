package org.mailcaravan.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.CheckResult;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MigrationResult;
import org.mailcaravan.model.Progress;
import org.mailcaravan.model.VerifyResult;

/**
 * Starts the program for the commands. The root implements it, so the commands do not depend on
 * Camel.
 */
@FunctionalInterface
public interface Launcher {
  /** The task of the program; it starts only what the task needs. */
  enum Mode {
    /** Watches the drop folder, runs second passes, resumes interrupted passes. */
    SERVICE,
    /** Migrates given files. */
    MIGRATE,
    /** Checks given files; stores nothing in the data folder. */
    CHECK,
    /** Verifies given files; reads the ledger, and stores no migration. */
    VERIFY
  }

  /**
   * The options of the command line.
   *
   * @param config the folder with application.properties, or null for the installed one
   * @param data replaces {@code data.folder}, or null
   * @param overrides properties that replace those of the file
   * @param progress receives the progress
   */
  record Options(
      Mode mode,
      @Nullable Path config,
      @Nullable Path data,
      Map<String, String> overrides,
      Progress progress) {
    public Options {
      overrides = Map.copyOf(overrides);
    }
  }

  /** The running program. */
  interface Running extends AutoCloseable {
    /**
     * Migrates one request file; waits until the migration has ended and the report is written.
     *
     * @throws org.mailcaravan.model.RequestRejected when nothing was started
     */
    MigrationResult migrate(Path file);

    /**
     * Checks both sides of every row.
     *
     * @throws org.mailcaravan.model.RequestRejected when the file cannot be used
     */
    CheckResult check(Path file);

    /**
     * Compares both sides of every row, and writes the certificates.
     *
     * @param deep whether to compare contents rather than sizes and dates
     * @throws org.mailcaravan.model.RequestRejected when the file cannot be used
     */
    VerifyResult verify(Path file, boolean deep);

    /** The drop folder, as an absolute path. */
    Path dropFolder();

    /**
     * Blocks until the program was told to stop (SIGTERM, SIGINT) and running mailboxes have
     * finished.
     *
     * @throws org.mailcaravan.model.RequestRejected when it stopped since another program has taken
     *     its name
     */
    void awaitStop() throws InterruptedException;

    /**
     * Starts no further mailbox. Running ones continue, and {@link #migrate} returns when they have
     * finished.
     *
     * @return what the stop waits for
     */
    Stopping stop();

    @Override
    void close();
  }

  /**
   * What a stop waits for.
   *
   * @param inFlight the mailboxes that finish first
   * @param grace after this time a mailbox that has not come to its next batch is cut off
   */
  record Stopping(List<Mailbox> inFlight, Duration grace) {}

  /**
   * Reads configuration and routes and starts the program.
   *
   * @throws org.mailcaravan.model.RequestRejected when the configuration or the routes have an
   *     error; nothing was started
   */
  Running start(Options options);

  /**
   * Where the mail of somebody is.
   *
   * @param usable whether a row of a request may go there without naming the server
   * @param text for people, with a line end
   * @param json the same for programs
   */
  record Whereabouts(boolean usable, String text, String json) {}

  /**
   * Finds out where the mail of an address or a domain is; nothing is started.
   *
   * @param width of the text in columns
   * @throws org.mailcaravan.model.RequestRejected when it is neither, or the configuration has an
   *     error
   */
  default Whereabouts whereabouts(Options options, String addressOrDomain, int width) {
    throw new UnsupportedOperationException();
  }

  /**
   * What the DNS of domains says, and what it should say.
   *
   * @param needAttention whether a record is wrong, or could not be found out
   * @param text for people, with a line end
   * @param json the same for programs
   */
  record Checklists(boolean needAttention, String text, String json) {}

  /**
   * Compares the DNS records of domains with what they should be; nothing is started.
   *
   * @param width of the text in columns
   * @throws org.mailcaravan.model.RequestRejected when one is no domain, or the configuration has
   *     an error; nobody was asked
   */
  default Checklists checklists(Options options, List<String> domains, int width) {
    throw new UnsupportedOperationException();
  }

  /**
   * The folder with the route files, as an absolute path.
   *
   * @throws org.mailcaravan.model.RequestRejected when the configuration cannot be read
   */
  default Path routesFolder(Options options) {
    throw new UnsupportedOperationException();
  }

  /**
   * Route files without a mistake.
   *
   * @param text for people, with a line end
   * @param json the same for programs
   */
  record RouteFiles(String text, String json) {}

  /**
   * Builds the routes; none of them runs.
   *
   * @throws org.mailcaravan.model.RequestRejected with all mistakes of all route files, or when the
   *     configuration has an error
   */
  default RouteFiles routes(Options options) {
    throw new UnsupportedOperationException();
  }

  /**
   * Draws the routes; none of them runs.
   *
   * @param route the id of the one whose steps are drawn, or null for all
   * @return a flowchart of Mermaid, with a line end
   * @throws org.mailcaravan.model.RequestRejected as {@link #routes}, and when there is no such
   *     route
   */
  default String picture(Options options, @Nullable String route) {
    throw new UnsupportedOperationException();
  }

  /**
   * The data folder that a command with these options would use; nothing is started.
   *
   * @param config the folder with application.properties, or null for the installed one
   * @param data replaces {@code data.folder}, or null
   * @param overrides properties that replace those of the file
   * @throws org.mailcaravan.model.RequestRejected when the configuration does not tell it
   */
  default Path dataFolder(
      @Nullable Path config, @Nullable Path data, Map<String, String> overrides) {
    return (data == null ? Path.of("data") : data).toAbsolutePath();
  }
}

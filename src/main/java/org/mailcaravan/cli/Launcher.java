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
 * Starts the program behind the commands. Implemented by the root, so that commands know no Camel.
 */
@FunctionalInterface
public interface Launcher {
  /** What is wanted of the program; it starts no more than that needs. */
  enum Mode {
    /** Watches the drop folder, runs second passes, resumes what was cut off. */
    SERVICE,
    /** Migrates files that it is given. */
    MIGRATE,
    /** Checks files that it is given; nothing is stored in the data folder. */
    CHECK,
    /** Verifies files that it is given; the ledger is read, and no migration is stored. */
    VERIFY
  }

  /**
   * What the command line said.
   *
   * @param config the folder with application.properties, or null for the installed one
   * @param data replaces {@code data.folder}, or null
   * @param overrides properties that replace those of the file
   * @param progress who watches
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

  /** The running program, as the commands see it. */
  interface Running extends AutoCloseable {
    /**
     * Migrates one request file and waits until its migration ended and its report is written.
     *
     * @throws org.mailcaravan.model.RequestRejected when nothing was started
     */
    MigrationResult migrate(Path file);

    /**
     * Looks at both sides of every row.
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

    /** The folder that is watched, absolute. */
    Path dropFolder();

    /**
     * Blocks until the program is told to stop (SIGTERM, SIGINT) and migrations in flight have
     * ended.
     */
    void awaitStop() throws InterruptedException;

    /**
     * Begins with no further mailbox; those in flight go on, and {@link #migrate} returns once they
     * have ended.
     *
     * @return what is waited for
     */
    Stopping stop();

    @Override
    void close();
  }

  /**
   * What a program that was told to stop waits for.
   *
   * @param inFlight the mailboxes that are finished first
   * @param silence after which a server that says nothing is given up
   * @param longestWait after which one is given up that goes on saying nothing of use
   */
  record Stopping(List<Mailbox> inFlight, Duration silence, Duration longestWait) {}

  /**
   * Reads configuration and routes and starts the program.
   *
   * @throws org.mailcaravan.model.RequestRejected when configuration or routes are at fault;
   *     nothing was started
   */
  Running start(Options options);
}

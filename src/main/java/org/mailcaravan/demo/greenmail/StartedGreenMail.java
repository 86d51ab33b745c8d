package org.mailcaravan.demo.greenmail;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import java.util.concurrent.CompletableFuture;

/** A GreenMail that does not print a stack trace when a client hangs up between two commands. */
final class StartedGreenMail {
  private static final ThreadGroup SERVING =
      new ThreadGroup("greenmail") {
        @Override
        public void uncaughtException(Thread thread, Throwable fault) {
          // What GreenMail throws then.
          if (!(fault instanceof IllegalStateException)) {
            super.uncaughtException(thread, fault);
          }
        }
      };

  private StartedGreenMail() {}

  /** Starts one for these; its threads belong to the group of the thread that makes it. */
  static GreenMail of(ServerSetup... setups) {
    return CompletableFuture.supplyAsync(
            () -> {
              GreenMail greenMail = new GreenMail(setups);
              greenMail.start();
              return greenMail;
            },
            work -> new Thread(SERVING, work).start())
        .join();
  }
}

package org.mailcaravan.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mailcaravan.server.ScriptedImapServer;

/** Errors of Java on the thread that reads. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReaderFaultTest {
  /** Fails at its answer, and so many times when it is told of the end. */
  private static final class Faulty extends Command {
    private final Error error;
    private final AtomicInteger failures;

    Faulty(Error error, int failures) {
      super("FAULTY");
      this.error = error;
      this.failures = new AtomicInteger(failures);
    }

    @Override
    boolean wants(String name) {
      return name.equals("FAULTY");
    }

    @Override
    void take(String name, long number, WireReader wire) {
      throw error;
    }

    @Override
    void lost(ConnectionLost cause) {
      if (failures.getAndDecrement() > 0) {
        throw new OutOfMemoryError("still none");
      }
      super.lost(cause);
    }
  }

  private static void whoeverWaitsIsTold(Error error, int failures) throws Exception {
    try (ScriptedImapServer server =
            ScriptedImapServer.start(
                client -> {
                  client.expect("FAULTY");
                  client.expect("NOOP");
                  client.untagged("FAULTY");
                  client.hangUpSoftly();
                });
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      Transport transport = new Transport(socket, socket, Duration.ofMillis(400));
      Conversation conversation =
          new Conversation(
              transport,
              new WireReader(transport.input()),
              "peer",
              new DisplayText(),
              Duration.ofMinutes(1));
      conversation.start();
      Command faulty = new Faulty(error, failures);
      Command behind = new Command("NOOP");
      new CommandWriter(conversation, faulty).text("FAULTY").end();
      new CommandWriter(conversation, behind).text("NOOP").end();
      conversation.flush();
      for (Command each : new Command[] {faulty, behind}) {
        ConnectionLost lost =
            catchThrowableOfType(ConnectionLost.class, () -> conversation.await(each.done()));
        assertThat(lost.fault()).isSameAs(error);
      }
      assertThat(catchThrowableOfType(ConnectionLost.class, conversation::awaitIdle).fault())
          .isSameAs(error);
    }
  }

  @Test
  void anErrorOfTheReaderIsToldToAllWhoWait() throws Exception {
    whoeverWaitsIsTold(new OutOfMemoryError("none"), 0);
    whoeverWaitsIsTold(new StackOverflowError("deep"), 0);
  }

  @Test
  void itIsToldAlsoWhereThereWasNoMemoryForThatAtFirst() throws Exception {
    whoeverWaitsIsTold(new OutOfMemoryError("none"), 3);
  }
}

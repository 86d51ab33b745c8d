package org.mailcaravan.cli;

import java.io.ByteArrayOutputStream;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.cli.client.ServiceClient;
import org.mailcaravan.cli.client.Targets;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Where;
import org.mailcaravan.report.TextWidth;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code mailcaravan password ADDRESS}. The password is asked for without showing it, or read from
 * standard input; it is no argument, because others could see it in the list of processes.
 */
@Command(
    name = "password",
    mixinStandardHelpOptions = true,
    description =
        "Takes the right password of a mailbox at the old provider. The service tries it by a login, keeps it and lets the mailbox run.")
final class PasswordCommand extends ServiceCommand {
  private static final int LONGEST = 1000;

  /** Asks a person for a password. */
  interface Question {
    /** The answer, which is not shown; null when there is no person to ask. */
    char @Nullable [] ask(String words);
  }

  private final InputStream in;
  private final Question question;

  @Parameters(
      paramLabel = "ADDRESS",
      description = "The address of the mailbox at the old provider, or its id.")
  private String address = "";

  PasswordCommand(Launcher launcher, Terminal terminal) {
    this(launcher, terminal, System.in, PasswordCommand::askOnConsole);
  }

  PasswordCommand(Launcher launcher, Terminal terminal, InputStream in, Question question) {
    super(launcher, terminal);
    this.in = in;
    this.question = question;
  }

  @SuppressWarnings("SystemConsoleNull") // Java 17 has none without a terminal.
  private static char @Nullable [] askOnConsole(String words) {
    Console console = System.console();
    if (console != null) {
      return console.readPassword("%s", words);
    }
    if (Terminal.inputIsTerminal()) {
      throw rejected(
          "it would be shown while it is typed, because the output does not go to the terminal",
          "Run the command without sending its output elsewhere, or give the password on standard input.");
    }
    return null;
  }

  @Override
  public Integer call() throws IOException {
    ServiceClient client = client();
    List<Targets.Named> mailboxes = Targets.mailboxes(client, address);
    if (mailboxes.size() > 1) {
      throw rejected(
          mailboxes.size() + " mailboxes have this address",
          "Name one by its id; \"mailcaravan show\" with the address shows them.");
    }
    Targets.Named mailbox = mailboxes.get(0);
    String password = password(TextWidth.tame(mailbox.name()));
    client.put(mailbox.path() + "/password", "password", password);
    say(TextWidth.tame(mailbox.name()) + ": the login works, the mailbox runs next");
    return ExitCode.DONE;
  }

  private String password(String name) throws IOException {
    char[] answer = question.ask("Password of " + name + " at the old provider: ");
    String password = answer == null ? line() : new String(answer);
    if (password.isEmpty()) {
      throw rejected("no password was given", "Type it, or give it on standard input.");
    }
    if (password.length() > LONGEST) {
      throw rejected("it has more than " + LONGEST + " characters", "Give the password alone.");
    }
    return password;
  }

  /** The first line of standard input, octet by octet: what follows is not ours to read. */
  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int octet = in.read();
    while (octet >= 0 && octet != '\n' && line.size() <= 4 * LONGEST) {
      line.write(octet);
      octet = in.read();
    }
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(line.toByteArray()))
              .toString();
      return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    } catch (CharacterCodingException e) {
      throw rejected("it is not UTF-8", "Give the password as UTF-8.");
    }
  }

  private static RequestRejected rejected(String cause, String nextStep) {
    return new RequestRejected(new Problem(Where.words("password"), cause, Owner.US, nextStep));
  }
}

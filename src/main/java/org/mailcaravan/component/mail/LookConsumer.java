package org.mailcaravan.component.mail;

import jakarta.mail.MessagingException;
import org.apache.camel.Processor;
import org.apache.camel.component.mail.JavaMailSender;
import org.apache.camel.component.mail.MailConsumer;
import org.apache.camel.component.mail.MailEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * Camel's consumer, to which a folder that cannot be opened or read is an empty one: here such a
 * look fails. For the thread of one consumer.
 */
final class LookConsumer extends MailConsumer {
  private boolean isOpened;
  private @Nullable Throwable failure;

  LookConsumer(MailEndpoint endpoint, Processor processor, JavaMailSender sender) {
    super(endpoint, processor, sender);
  }

  @Override
  protected int poll() throws Exception {
    isOpened = false;
    failure = null;
    int mails = super.poll();
    String folder = getEndpoint().getConfiguration().getFolderName();
    if (!isOpened) {
      throw new MessagingException(
          ("the folder %s (mail.folder) cannot be opened to read and delete mails; what its server says is in"
                  + " the log, at \"Error opening mail folder\"")
              .formatted(folder));
    }
    if (failure != null) {
      throw new MessagingException(
          "the folder %s cannot be read: %s".formatted(folder, failure.getMessage()),
          failure instanceof Exception exception ? exception : null);
    }
    return mails;
  }

  /** Another node may look, or the consumer of other routes of this one. */
  @Override
  protected void doStop() throws Exception {
    super.doStop();
    if (getPollStrategy() instanceof Looks looks) {
      looks.letGo();
    }
  }

  /** Camel says so as soon as the folder is open. */
  @Override
  protected void forceConsumerAsReady() {
    isOpened = true;
    super.forceConsumerAsReady();
  }

  /** What fails in an open folder, outside of a mail. */
  @Override
  protected void handleException(Throwable cause) {
    failure = cause;
  }
}

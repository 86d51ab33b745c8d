package org.mailcaravan.component.dav;

import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.support.DefaultProducer;
import org.mailcaravan.dav.DavAccount;
import org.mailcaravan.dav.Groupware;
import org.mailcaravan.dav.ImportSink;
import org.mailcaravan.model.GroupwareSource;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.Mailbox;

/**
 * Imports the contacts or events of the mailbox in the body, which stays unchanged. Does nothing
 * for a mailbox without any.
 */
class DavProducer extends DefaultProducer {
  private final DavEndpoint endpoint;

  DavProducer(DavEndpoint endpoint) {
    super(endpoint);
    this.endpoint = endpoint;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    // A missing bean stops the start rather than the first mailbox.
    DavComponent component = endpoint.getComponent();
    component.requireGroupwareImport();
    component.requireProviderImport();
    component.requireAccounts();
    component.requireSink();
  }

  /**
   * Passes on an Error, such as an OutOfMemoryError: Camel would lose it, and the exchange would
   * never end.
   */
  @Override
  public void process(Exchange exchange) throws InvalidPayloadException {
    try {
      importAll(exchange);
    } catch (Error e) {
      exchange.setException(e);
    }
  }

  private void importAll(Exchange exchange) throws InvalidPayloadException {
    Mailbox mailbox = exchange.getMessage().getMandatoryBody(Mailbox.class);
    GroupwareSource source = endpoint.getOperation().source(mailbox).orElse(null);
    if (source == null) {
      return;
    }
    DavComponent component = endpoint.getComponent();
    ImportSink sink = component.requireSink();
    Groupware kind = endpoint.getOperation().kind();
    DavAccount account = component.requireAccounts().accountFor(mailbox);
    String named = endpoint.getOperation().collection(mailbox);
    String collection = named.isEmpty() ? null : named;
    Runnable progress = () -> sink.progressed(mailbox);
    List<ImportResult> results;
    if (source instanceof GroupwareSource.Exported exported) {
      results =
          component
              .requireGroupwareImport()
              .recordingIn(sink.database(mailbox))
              .importFiles(kind, exported, account, collection, progress);
    } else if (source instanceof GroupwareSource.AtProvider provider) {
      results =
          component
              .requireProviderImport()
              .recordingIn(sink.database(mailbox))
              .pull(
                  kind,
                  component.requireAccounts().sourceFor(mailbox, provider.url()),
                  account,
                  collection,
                  progress);
    } else {
      throw new IllegalStateException("no way to import " + source);
    }
    sink.imported(mailbox, kind, results);
  }
}

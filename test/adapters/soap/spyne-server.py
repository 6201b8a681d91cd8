"""A warehouse served by spyne, on a free port of 127.0.0.1, which it prints."""

from wsgiref.simple_server import WSGIRequestHandler, make_server

from spyne import Application, Array, ComplexModel, Decimal, Fault, Integer, Service, Unicode, rpc
from spyne.protocol.soap import Soap11
from spyne.server.wsgi import WsgiApplication

NAMESPACE = 'urn:warehouse'


class Line(ComplexModel):
    __namespace__ = NAMESPACE
    sku = Unicode(min_occurs=1)
    quantity = Integer(min_occurs=1)


class Warehouse(Service):
    @rpc(Unicode(min_occurs=1), Array(Line), _returns=Decimal)
    def Reserve(ctx, order, lines):
        if order == 'gone':
            raise Fault('Client.Gone', 'the order is gone')
        if order == 'busy':
            raise Fault('Server', 'come back')
        return sum(line.quantity for line in lines)


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


application = Application([Warehouse], NAMESPACE, in_protocol=Soap11(validator='lxml'), out_protocol=Soap11())
server = make_server('127.0.0.1', 0, WsgiApplication(application), handler_class=Quiet)
print(server.server_port, flush=True)
server.serve_forever()

"""A foreign caller and a foreign RPC server over AMQP.

pika_rpc.py ask URL QUEUE [REPLY_QUEUE]   a JSON list of {body, properties?, headers?} on stdin; prints a list of the replies
pika_rpc.py serve URL QUEUE               answers until it is ended; prints a line for each request
"""

import json
import sys
import time

import pika

DIRECT = 'amq.rabbitmq.reply-to'


def told(properties, body):
    return {
        'body': body.decode(),
        'correlation_id': properties.correlation_id,
        'content_type': properties.content_type,
        'delivery_mode': properties.delivery_mode,
        'headers': properties.headers or {},
    }


def ask(channel, queue, reply_queue=DIRECT):
    requests = json.load(sys.stdin)
    replies = []

    def on_reply(_channel, method, properties, body):
        replies.append(told(properties, body))
        if reply_queue != DIRECT:
            channel.basic_ack(method.delivery_tag)
        if len(replies) == len(requests):
            channel.stop_consuming()

    channel.basic_consume(reply_queue, on_reply, auto_ack=reply_queue == DIRECT)
    for request in requests:
        properties = pika.BasicProperties(
            reply_to=reply_queue,
            content_type='application/json',
            headers=request.get('headers'),
            **request.get('properties', {}),
        )
        channel.basic_publish('', queue, request['body'].encode(), properties)
    channel.connection.call_later(10, channel.stop_consuming)
    channel.start_consuming()
    print(json.dumps(replies))


def serve(channel, queue):
    def on_request(_channel, method, properties, body):
        request = json.loads(body)
        print(json.dumps({**told(properties, body), 'reply_to': properties.reply_to}), flush=True)
        channel.basic_ack(method.delivery_tag)
        if request.get('wait'):
            channel.connection.call_later(request['wait'], lambda: answer(properties, request))
        elif not request.get('hang'):
            answer(properties, request)

    def answer(properties, request):
        refused = request.get('refuse')
        headers = {'waybill-error': refused} if refused else {'shelf': '7'}
        reply = pika.BasicProperties(correlation_id=properties.correlation_id, content_type='application/json', headers=headers)
        channel.basic_publish('', properties.reply_to, json.dumps({'count': len(request.get('sku', ''))}).encode(), reply)

    channel.queue_declare(queue, durable=True, arguments={'x-queue-type': 'quorum'})
    channel.basic_consume(queue, on_request)
    print('ready', flush=True)
    channel.start_consuming()


def main(verb, url, *names):
    connection = pika.BlockingConnection(pika.URLParameters(url))
    {'ask': ask, 'serve': serve}[verb](connection.channel(), *names)


main(*sys.argv[1:])

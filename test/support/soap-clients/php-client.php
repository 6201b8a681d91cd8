<?php
// Calls SOAP services with PHP's SoapClient: a JSON list of calls on stdin, a JSON list of results on stdout.
// A call is {wsdl, version, operation, body, headers?, raw?}; a result {ok, body, headers?}, {fault: {code, text, name, detail}} or {error}.
// Bodies are in the gateway's form as far as PHP has it: attributes are members as elements are, numbers are texts.

ini_set('soap.wsdl_cache_enabled', '0');
ini_set('default_socket_timeout', '20');

$clients = [];

function clientOf(array $call): SoapClient {
    global $clients;
    $key = $call['version'] . ' ' . $call['wsdl'];
    return $clients[$key] ??= new SoapClient($call['wsdl'], [
        'soap_version' => $call['version'] === '1.2' ? SOAP_1_2 : SOAP_1_1,
        'features' => SOAP_SINGLE_ELEMENT_ARRAYS,
        'exceptions' => true,
        'trace' => true,
    ]);
}

/** What SoapClient knows of a WSDL and does not tell: target namespace, rpc or not, arrays of SOAP's encoding. */
function factsOf(string $wsdl): array {
    static $facts = [];
    if (isset($facts[$wsdl])) return $facts[$wsdl];
    $text = file_get_contents($wsdl);
    preg_match('/targetNamespace="([^"]*)"/', $text, $found);
    return $facts[$wsdl] = ['namespace' => $found[1] ?? '', 'rpc' => str_contains($text, 'style="rpc"'), 'arrays' => str_contains($text, 'arrayType=')];
}

function call(array $call): array {
    $client = clientOf($call);
    $facts = factsOf($call['wsdl']) + ['binary' => binaryOf($client)];
    $body = toPhp($call['body'], $facts);
    if (isset($call['raw'])) $arguments = [new SoapVar($call['raw'], XSD_ANYXML)];
    else $arguments = $facts['rpc'] ? array_values((array) $body) : [$body];
    $headers = [];
    foreach ($call['headers'] ?? [] as $name => $value) $headers[] = new SoapHeader($facts['namespace'], $name, toPhp($value, $facts));
    $replied = [];
    $known = argumentsOf($client, $call['operation']);
    try {
        $answer = $client->__soapCall($call['operation'], $known === 0 ? [] : $arguments, null, $headers ?: null, $replied);
    } catch (SoapFault $fault) {
        // Of its own troubles SoapClient makes faults as well, which have no detail.
        if (!isset($fault->detail)) throw $fault;
        $name = array_key_first(get_object_vars($fault->detail));
        return ['fault' => ['code' => $fault->faultcode, 'text' => $fault->faultstring, 'name' => $name, 'detail' => toBrief($fault->detail->$name, $facts)]];
    }
    $result = ['ok' => true, 'body' => toBrief($answer, $facts)];
    return $replied ? $result + ['headers' => toBrief($replied, $facts)] : $result;
}

/** Names of the members whose values are bytes, to PHP. */
function binaryOf(SoapClient $client): array {
    preg_match_all('/\b(base64Binary|hexBinary) (\w+)/', implode("\n", $client->__getTypes()), $found);
    return array_combine($found[2], $found[1]);
}

/** How many arguments an operation has. */
function argumentsOf(SoapClient $client, string $operation): int {
    foreach ($client->__getFunctions() as $function) {
        if (preg_match('/\b' . preg_quote($operation, '/') . '\((.*)\)$/', $function, $found)) return $found[1] === '' ? 0 : substr_count($found[1], '$');
    }
    throw new Exception("no $operation of this version");
}

function toPhp(mixed $value, array $facts): mixed {
    if (!is_array($value)) return $value;
    if (array_is_list($value) && $value !== []) return array_map(fn ($item) => toPhp($item, $facts), $value);
    if ($facts['arrays'] && array_keys($value) === ['item']) return toPhp($value['item'], $facts);
    $object = new stdClass;
    foreach ($value as $name => $member) {
        if ($name === '@type') continue;
        if ($name === '$any') $object->any = implode('', $member);
        else $object->{$name === '$' ? '_' : ltrim($name, '@')} = member($name, toPhp($member, $facts), $facts);
    }
    return isset($value['@type']) ? new SoapVar($object, SOAP_ENC_OBJECT, $value['@type'], $facts['namespace']) : $object;
}

function member(string $name, mixed $value, array $facts): mixed {
    if (!is_string($value)) return $value;
    return match ($facts['binary'][$name] ?? '') { 'base64Binary' => base64_decode($value), 'hexBinary' => hex2bin($value), default => $value };
}

function toBrief(mixed $value, array $facts, string $name = ''): mixed {
    if (is_array($value)) return array_map(fn ($item) => toBrief($item, $facts), $value);
    if (is_int($value) || is_float($value)) return json_encode($value);
    if (is_string($value)) return match ($facts['binary'][$name] ?? '') { 'base64Binary' => base64_encode($value), 'hexBinary' => strtoupper(bin2hex($value)), default => $value };
    if (!is_object($value)) return $value;
    $members = new stdClass;
    foreach (get_object_vars($value) as $name => $member) $members->$name = toBrief($member, $facts, $name);
    return $members;
}

$results = [];
foreach (json_decode(stream_get_contents(STDIN), true, 512, JSON_THROW_ON_ERROR) as $call) {
    try {
        $results[] = call($call);
    } catch (Throwable $error) {
        $results[] = ['error' => $error->getMessage()];
    }
}
echo json_encode($results, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);

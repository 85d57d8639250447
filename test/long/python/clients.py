"""Calls a server by OpenAI's Python client, as its users do, and prints what came back as JSON."""

import json
import sys

import openai

given = json.load(sys.stdin)
client = openai.OpenAI(base_url=given["url"] + "/v1", api_key=given["key"], max_retries=0)
question = [{"role": "user", "content": "What is 2 + 2?"}]


def refusal(call):
    try:
        call()
    except openai.APIStatusError as error:
        return {"name": type(error).__name__, "status": error.status_code}
    return None


models = [model.id for model in client.models.list()]
answer = client.chat.completions.create(model=given["model"], messages=question)
chunks = list(
    client.chat.completions.create(
        model=given["model"], messages=question, stream=True, stream_options={"include_usage": True}
    )
)
streamed = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
last = [chunk for chunk in chunks if chunk.usage is not None][-1]
stranger = openai.OpenAI(base_url=given["url"] + "/v1", api_key="ltb_" + "0" * 32, max_retries=0)

print(
    json.dumps(
        {
            "version": openai.__version__,
            "models": models,
            "answer": answer.choices[0].message.content,
            "usage": answer.usage.total_tokens,
            "streamed": streamed,
            "streamed_usage": last.usage.total_tokens,
            "unknown_model": refusal(
                lambda: client.chat.completions.create(model="openai/nothing/at/all", messages=[])
            ),
            "unknown_key": refusal(lambda: stranger.models.list()),
        }
    )
)

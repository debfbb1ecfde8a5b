"""Payments and identity through PortOne V2."""

from prepayment.adapters.portone.gateway import PortOneGateway

__all__ = ["PortOneGateway"]
